-- generate.sql: makes a table rows(id, caption, url) of hotel photos, in place of one of that name, to try slots
-- and to measure it with.
--
--     sqlite3 -cmd '.param set :rows 50000' rows.db < sql/generate.sql      (without -cmd: 1,000,000 rows)
--
-- The rows are SYNTHETIC. They imitate a travel site's photo catalogue, but no hotel, photo or url of it
-- exists: words are drawn from the lists below, numbers from pseudo-random sequences of integers, so every
-- run gives the same rows, and fewer rows are a prefix of more rows.
--
-- What is imitated, because it decides how well rows compress:
--   words     drawn by Zipf's law: the word of rank r in its list comes with a weight of 1/(r + 2)
--   captions  thirty-two patterns of one to about twenty words; most are distinct, some repeat, a few are NULL
--   order     photos arrive hotel by hotel (150 on average, of very different number) and room by room; one in
--             sixteen is a late addition to an older hotel
--   ids       ascending with gaps
--   urls      three styles, by hotel: slugs of hotel, city and subject; a photo number that does not follow
--             from the id; sizes; in one style a version hash of 32 random bits; two in a thousand are duplicates

.param init
INSERT OR IGNORE INTO temp.sqlite_parameters VALUES (':rows', 1000000);

-- Words --------------------------------------------------------------------------------------------------

-- Each list is ordered from common to rare.
CREATE TEMP TABLE list(class INTEGER PRIMARY KEY, words TEXT);
INSERT INTO list VALUES (0 /* things in a room */, '
["bathroom","bedroom","balcony","bed","view","shower","living area","desk","closet","kitchen",
"minibar","walk-in shower","king bed","bathtub","toiletries","sofa","terrace","double vanity",
"flat-screen TV","entrance","coffee maker","dining area","sitting area","two twin beds","safe",
"robes and slippers","whirlpool tub","queen bed","patio","fireplace","bookshelf","bunk beds",
"sofa bed","rain shower","headboard","plunge pool","outdoor shower","hallway","artwork","chandelier",
"armchairs","kitchenette","microwave","washer and dryer","dressing table","marble sink","hair dryer",
"welcome basket","floor lamp","wallpaper","hammock","daybed","canopy bed","loft","spiral staircase",
"skylight","ceiling fan","mosquito net","tea set","wardrobe","claw-foot tub","bidet","stone wall",
"exposed beams","writing desk","mirror","iPod dock","record player","wine fridge","crib","telescope",
"piano","tiled floor","window seat","stained glass","murphy bed","rocking chair","espresso machine",
"full-length mirror","parquet floor","breakfast bar","towel rack","alarm clock","umbrella stand",
"linen curtains","steam room","phone","ice bucket","heated floor","aquarium","typewriter",
"chaise longue","cowhide rug"]'),
(1 /* adjectives */, '
["spacious","large","small","private","modern","cozy","outdoor","bright","elegant","main","rooftop",
"indoor","comfortable","stylish","quiet","colorful","old","new","historic","romantic","heated",
"simple","luxurious","rustic","tiny","beautiful","well-equipped","vintage","marble","wooden","green",
"sunny","charming","narrow","white","shared","dated","renovated","lush","hip","spotless","airy",
"dark","grand","contemporary","tropical","impressive","minimalist","kid-friendly","antique",
"double-height","plain","shady","art deco","hand-painted","candlelit","panoramic","worn","whimsical",
"baroque","secluded","blue-tiled","oversized","palm-lined","adults-only","funky","ornate",
"industrial","cavernous","leafy","sleek","weathered","Moroccan-style","floating","barrel-vaulted",
"mid-century","sun-bleached","Victorian","austere","opulent"]'),
(2 /* public places */, '
["Pool","Lobby","Beach","Restaurant","Bar","Fitness Center","Spa","Grounds","Exterior","Entrance",
"Breakfast Room","Lounge","Rooftop Terrace","Pool Bar","Garden","Hot Tub","Courtyard","Reception",
"Library","Business Center","Kids'' Club","Street","Ballroom","Meeting Rooms","Sauna","Casino",
"Tennis Court","Gift Shop","Conference Room","Wine Cellar","Parking","Marina","Golf Course",
"Playground","Beach Club","Nightclub","Lazy River","Yoga Studio","Cigar Lounge","Steakhouse","Café",
"Bakery","Sushi Bar","Private Beach","Water Slide","Wedding Chapel","Dive Center","Game Room",
"Movie Theater","Tea Room","Art Gallery","Boardwalk","Bike Rental","Internet Corner","Ski Room",
"Roof Deck","Infinity Pool","Boutique","Vegetable Garden","Hammam","Bowling Alley","Chapel","Helipad",
"Squash Court","Koi Pond","Petting Zoo","Croquet Lawn","Herbarium","Observatory"]'),
(3 /* kinds of room */, '
["Double Room","Suite","King Room","Queen Room","Twin Room","Studio","One-Bedroom Suite","Family Room",
"Villa","Apartment","Junior Suite","Two-Bedroom Suite","Single Room","Bungalow","Penthouse","Cottage",
"Triple Room","Loft","Presidential Suite","Cabin","Honeymoon Suite","Three-Bedroom Villa","Duplex",
"Dormitory","Tower Room","Cabana","Tree House","Houseboat","Tent","Yurt"]'),
(4 /* grades of room */, '
["Standard","Deluxe","Superior","Executive","Premium","Classic","Grand","Club","Luxury","Economy",
"Comfort","Royal","Corner","Garden","Signature","Ocean Front","Accessible","Traditional","Preferred",
"Petite","Privilege","Heritage","Panoramic","Imperial","Artist''s","Captain''s","Old Wing","Poolside",
"Mezzanine","Bridal"]'),
(5 /* extras of a room */, '
["Ocean View","Balcony","City View","King Bed","Pool View","Two Queen Beds","Terrace","Garden View",
"Sofa Bed","Kitchen","Sea View","Partial Ocean View","Private Pool","Fireplace","Mountain View",
"Lake View","Park View","Shared Bathroom","Canal View","Hot Tub","Courtyard View","Lounge Access",
"Bunk Beds","Castle View","Vineyard View","Swim-Up Access"]'),
(6 /* sights */, '
["the ocean","the city","the beach","the pool","downtown","the mountains","the harbor","the old town",
"the street","the river","the garden","the skyline","the bay","the courtyard","the lake",
"the cathedral","the park","the sunset","the golf course","the main square","the marina","the rooftops",
"the island","the vineyards","the castle","the lagoon","the bridge","the airport","the train station",
"the cliffs","the opera house","the fish market","the volcano","the lighthouse","the canal",
"the construction site next door","the ferry terminal","the rice fields","the bullring","the jungle",
"the fjord","the parking lot","the football stadium","the mangroves","the citadel","the palm grove",
"the dunes","the Ferris wheel"]'),
(7 /* what guests do */, '
["relaxing","having breakfast","swimming","having drinks","reading","sunbathing","playing volleyball",
"enjoying dinner","dancing","waiting for the shuttle","taking a yoga class","checking in","snorkeling",
"having a massage","watching the sunset","playing pool","tasting wine","feeding the fish",
"learning to surf","getting married","kayaking","working on laptops","listening to live music",
"building sand castles","watching football","playing chess","cooking paella","riding horses",
"painting ceramics","singing karaoke","making pizza","practicing archery"]'),
(8 /* cities */, '
["New York City","Miami Beach","Las Vegas","Paris","London","Punta Cana","Rome","San Francisco",
"Barcelona","Cancún","Orlando","Los Angeles","Amsterdam","Berlin","Honolulu","Montego Bay","Venice",
"Chicago","Lisbon","Tulum","Playa del Carmen","Madrid","Florence","Boston","Prague","San Juan",
"Washington","Bangkok","New Orleans","Vienna","Dublin","Nassau","Santorini","Istanbul","Phuket",
"San Diego","Negril","Marrakech","Budapest","Seattle","Key West","Mykonos","Bali","Montreal",
"Havana","Singapore","Edinburgh","Tokyo","Savannah","Zürich","Málaga","Oranjestad","Nice","Athens",
"Philadelphia","Cabo San Lucas","Copenhagen","Naples","Charleston","Seville","Hong Kong","Toronto",
"Munich","Porto","Palma","Reykjavík","São Paulo","Milan","Puerto Vallarta","Dubrovnik","Kraków",
"Bridgetown","Brussels","Cusco","Siena","Buenos Aires","Hamburg","Sydney","Granada","Castries",
"Salzburg","Cartagena","Hanoi","Antigua","Bruges","Sorrento","Cape Town","Zermatt","Kyoto","Jaipur",
"Ghent","Tallinn","Ubud","Siem Reap","Bergen","Luang Prabang","Córdoba","Würzburg","Lübeck","Évora"]'),
(9 /* how hotel names begin */, '
["Hotel","The","Grand Hotel","Hotel","Casa","Villa","The Grand","Hôtel","Royal","Hostal","Inn at",
"Park","Albergo","Château","Palazzo","The Old","Riad","Posada","The Little","Maison","Pensión",
"Pousada","Gasthof","Finca"]'),
(10 /* their middle */, '
["Palm","Park","Plaza","Bay","Continental","Riviera","Royal","Garden","Central","Victoria",
"Bellevue","Europa","Mar","Coral","Sol","Regent","Metropole","Sunset","Maple","Excelsior","Harbor",
"Bristol","Carlton","Windsor","Mirador","Ambassador","Blue","Cedar","Esmeralda","Columbus",
"San Marco","Meridian","Astoria","Ocean","Tropicana","Savoy","Imperial","Paradise","Lafayette",
"Magnolia","Santa Lucía","Gable","Monteverde","Aurora","Colonial","Phoenix","Colón","Mercer",
"Washington","Lotus","Miramar","Alhambra","Beaumont","Marigold","Sterling","Cascade","Andersen",
"Olive","Neptune","Saint-Germain","Juniper","Ravello","Whitman","Hemingway","Larkspur","Monaco",
"Solé","Kensington","Pelican","Granville","Orchid","Castellana","Tamarind","Zephyr","Bougainvillea",
"Fairmile","Kestrel","Laguna","Montclair","Oleander","Quayside","Rosewell","Sycamore","Tidewater",
"Umbria","Valencia","Wisteria","Ximena","Yarrow","Zagara","Archer","Birch","Cordelia","Dunmore",
"Elmwood","Foxglove","Gisborne","Hawthorn","Ivory","Jacaranda","Kingfisher","Lindbergh","Mulberry",
"Nightingale","Osprey","Primrose","Quetzal","Rutherford"]'),
(11 /* their end */, '
["","Resort","Resort & Spa","Inn","Suites","Beach Resort","Palace","Boutique Hotel","Lodge","Club",
"House","All-Inclusive Resort","Hotel & Casino","Residences","Guest House","Golf Resort","Towers",
"Aparthotel","Retreat","Beach Club","Manor","Hostel","Bed & Breakfast","Eco Lodge","Hot Springs"]');

-- A lottery: 1,024 tickets for each list, so that a word is drawn by one look-up of slot = 1024*class + ticket.
CREATE TEMP TABLE draw(slot INTEGER PRIMARY KEY, word TEXT, capital TEXT);
WITH RECURSIVE
  ticket(t) AS (SELECT 0 UNION ALL SELECT t + 1 FROM ticket WHERE t < 1023),
  word(class, word, weight, upto, total) AS MATERIALIZED (
    SELECT class, value, 1000000 / (key + 3),
           sum(1000000 / (key + 3)) OVER (PARTITION BY class ORDER BY key),
           sum(1000000 / (key + 3)) OVER (PARTITION BY class)
    FROM list, json_each(words))
INSERT INTO draw
SELECT 1024 * class + t, word, upper(substr(word, 1, 1)) || substr(word, 2)
FROM word JOIN ticket ON t >= (upto - weight) * 1024 / total AND t < upto * 1024 / total;

-- Places and hotels ----------------------------------------------------------------------------------------
-- "r * 742938285 % 2147483647" and its like: multiplicative generators modulo the prime 2^31 - 1. A recursive
-- query carries their state from row to row, which also spares evaluating one expression many times.

-- What a photo shows: 4,096 tickets, half of them public places, half rooms: grade, type, sometimes an extra.
CREATE TEMP TABLE space(ticket INTEGER PRIMARY KEY, name TEXT, slug TEXT);
WITH RECURSIVE r(t, a, b) AS (
  SELECT 0, 20090507, 4099
  UNION ALL SELECT t + 1, a * 742938285 % 2147483647, b * 950706376 % 2147483647 FROM r WHERE t < 4095)
INSERT INTO space(ticket, name)
SELECT t, CASE WHEN t % 2 THEN place.word
               ELSE iif(a % 5 < 4, grade.word || ' ', '') || type.word || iif(b % 4 = 0, ' with ' || extra.word, '') END
FROM r CROSS JOIN draw AS place ON place.slot = 2 * 1024 + a / 1024 % 1024
       CROSS JOIN draw AS type  ON type.slot  = 3 * 1024 + a / 1024 % 1024
       CROSS JOIN draw AS grade ON grade.slot = 4 * 1024 + b / 1024 % 1024
       CROSS JOIN draw AS extra ON extra.slot = 5 * 1024 + b / 1048576 % 1024;

-- month counts from May 2009; style picks the form of the urls, base is where its photo numbers lie.
CREATE TEMP TABLE hotel(
  n INTEGER PRIMARY KEY, name TEXT, the_name TEXT, slug TEXT, city TEXT, city_slug TEXT, month INT, style INT, base INT);
WITH RECURSIVE r(n, a, b) AS (
  SELECT 0, 1867, 160493
  UNION ALL SELECT n + 1, a * 1226874159 % 2147483647, b * 62089911 % 2147483647 FROM r WHERE n < :rows / 120 + 100)
INSERT INTO hotel(n, name, city, month, style, base)
SELECT n, trim(iif(a % 4, first.word || ' ', '') || core.word || ' ' || last.word), city.word,
       n / 50 % 180, b % 20, b % 90000 * 1000
FROM r CROSS JOIN draw AS first ON first.slot = 9 * 1024 + a / 4 % 1024
       CROSS JOIN draw AS core  ON core.slot = 10 * 1024 + a / 4096 % 1024
       CROSS JOIN draw AS last  ON last.slot = 11 * 1024 + b / 32 % 1024
       CROSS JOIN draw AS city  ON city.slot = 8 * 1024 + b / 32768 % 1024;

-- Slugs: lower-case ASCII words joined by hyphens. One table of replacements, applied in the order of n.
CREATE TEMP TABLE slug(name TEXT PRIMARY KEY, slug TEXT);
WITH RECURSIVE
  swap(n, old, new) AS (VALUES
    (1, ' & ', ' and '), (2, '''', ''), (3, ' ', '-'), (4, 'é', 'e'), (5, 'ã', 'a'), (6, 'ü', 'u'), (7, 'á', 'a'),
    (8, 'ó', 'o'), (9, 'í', 'i'), (10, 'ú', 'u'), (11, 'ô', 'o'), (12, 'â', 'a'), (13, 'É', 'e'), (14, 'ñ', 'n')),
  name(name) AS (SELECT name FROM space UNION SELECT name FROM hotel
                 UNION SELECT city FROM hotel UNION SELECT word FROM draw),
  step(name, slug, n) AS (
    SELECT name, lower(name), 0 FROM name
    UNION ALL SELECT name, replace(slug, old, new), swap.n FROM step JOIN swap ON swap.n = step.n + 1)
INSERT INTO slug SELECT name, slug FROM step WHERE n = 14;
UPDATE space SET slug = (SELECT slug FROM slug WHERE slug.name = space.name);
UPDATE hotel SET the_name = iif(name LIKE 'The %', '', 'the ') || name,
                 slug = (SELECT slug FROM slug WHERE slug.name = hotel.name),
                 city_slug = (SELECT slug FROM slug WHERE slug.name = hotel.city);
ALTER TABLE draw ADD COLUMN slug TEXT;
UPDATE draw SET slug = (SELECT slug FROM slug WHERE slug.name = draw.word);

-- Photos ---------------------------------------------------------------------------------------------------

DROP TABLE IF EXISTS rows;
CREATE TABLE rows(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);

WITH RECURSIVE
  -- The walk through hotels and rooms. r1 to r5 are five sequences; each row draws what it needs from their digits.
  photo(n, id, hotel, space, r1, r2, r3, r4, r5) AS (
    SELECT 1, 1001, 0, 1, 271828, 314159, 141421, 577215, 161803
    UNION ALL
    SELECT n + 1,
           id + iif(r1 % 5, 1, 2 + r1 / 5 % 8) + iif(r1 / 1024 % 150, 0, r2 % 200),
           hotel + (r1 / 1024 % 150 = 0),
           iif(r2 / 4096 % 5 AND r1 / 1024 % 150, space, r2 % 4096),
           r1 * 742938285 % 2147483647, r2 * 950706376 % 2147483647, r3 * 1226874159 % 2147483647,
           r4 * 62089911 % 2147483647, r5 * 1343714438 % 2147483647
    FROM photo WHERE n < :rows),
  -- Its words. Patterns 12 to 31 name a thing inside the space, so their url does too.
  worded(id, pattern, hotel, the_hotel, hotel_slug, city, city_slug, month, style, space, space_slug, thing, Thing_,
         thing_slug, other, adjective, Adjective_, sight, doing, number, size, hash) AS (
    SELECT id, r5 / 16 % 32, hotel.name, the_name, hotel.slug, city, city_slug, month, style, space.name, space.slug,
           thing.word, thing.capital, thing.slug, other.word, adjective.word, adjective.capital, sight.word, doing.word,
           10000000 + hotel.base + r4 % 9973,
           CASE r5 / 512 % 16 WHEN 0 THEN '800x533' WHEN 1 THEN '683x1024' WHEN 2 THEN '683x1024' WHEN 3 THEN '1440x960'
                WHEN 4 THEN '1024x768' ELSE '1024x683' END,
           printf('%08x', r4 * 2 + r5 % 2)
    FROM photo
    CROSS JOIN hotel ON hotel.n = iif(r5 % 16, photo.hotel, r4 % (photo.hotel + 1))
    CROSS JOIN space ON space.ticket = photo.space
    CROSS JOIN draw AS thing     ON thing.slot     = r3 % 1024
    CROSS JOIN draw AS other     ON other.slot     = r3 / 1024 % 1024
    CROSS JOIN draw AS adjective ON adjective.slot = 1 * 1024 + r3 / 1048576 % 1024
    CROSS JOIN draw AS sight     ON sight.slot     = 6 * 1024 + r2 / 65536 % 1024
    CROSS JOIN draw AS doing     ON doing.slot     = 7 * 1024 + r4 / 16384 % 1024)
INSERT INTO rows
SELECT id,
  CASE pattern
    WHEN 0 THEN space
    WHEN 1 THEN space
    WHEN 2 THEN space || ' at ' || the_hotel
    WHEN 3 THEN space || ' at ' || the_hotel
    WHEN 4 THEN 'The ' || space || ' at ' || the_hotel
    WHEN 5 THEN 'The ' || space || ' at ' || the_hotel || ', ' || city
    WHEN 6 THEN space || ', ' || hotel
    WHEN 7 THEN iif(size > '7', hotel, iif(number % 4, city || ': ' || hotel, NULL))
    WHEN 8 THEN Adjective_ || ' ' || lower(space)
    WHEN 9 THEN 'View of ' || sight || ' from the ' || space
    WHEN 10 THEN 'Guests ' || doing || ' near the ' || lower(space)
    WHEN 11 THEN space || ' (' || (1 + number % 9) || ' of ' || (9 + number % 5) || ')'
    WHEN 12 THEN Thing_
    WHEN 13 THEN Thing_ || ' in the ' || space
    WHEN 14 THEN Thing_ || ' in the ' || space
    WHEN 15 THEN Thing_ || ' in the ' || space || ' at ' || the_hotel
    WHEN 16 THEN Thing_ || ' in the ' || space || ' at ' || the_hotel
    WHEN 17 THEN Thing_ || ' and ' || other || ' in the ' || space
    WHEN 18 THEN Thing_ || ', ' || space
    WHEN 19 THEN Adjective_ || ' ' || thing || ' in the ' || lower(space)
    WHEN 20 THEN Adjective_ || ' ' || thing || ' with ' || other
    WHEN 21 THEN space || ' with ' || adjective || ' ' || thing
    WHEN 22 THEN 'Room ' || (100 + number % 1187) || ': ' || thing
    WHEN 23 THEN 'Room ' || (100 + number % 1187) || ', ' || space || ', ' || thing
    WHEN 24 THEN 'The ' || adjective || ' ' || thing || ' looks out on ' || sight
    WHEN 25 THEN Thing_ || ' overlooking ' || sight
    WHEN 26 THEN 'The ' || lower(space) || ' has ' || iif(adjective GLOB '[aeiou]*', 'an ', 'a ') || adjective
                 || ' ' || thing || ' and a view of ' || sight
    WHEN 27 THEN 'Guests ' || doing || ' next to the ' || thing
    WHEN 28 THEN 'Each ' || lower(space) || ' comes with ' || thing || ', ' || other || ', and free Wi-Fi'
    WHEN 29 THEN 'Detail of the ' || thing || ' in the ' || adjective || ' ' || lower(space)
                 || ' of ' || the_hotel || ' in ' || city
    WHEN 30 THEN Thing_ || ' #' || (1 + number % 17)
    ELSE 'On our visit the ' || thing || ' was ' || adjective
         || '; guests were ' || doing || ' within sight of ' || sight
  END,
  CASE
    WHEN style < 12 THEN
      'https://img' || (1 + number % 4) || '.example.com/'
      || printf('%d/%02d/', 2009 + (month + 4) / 12, 1 + (month + 4) % 12)
      || hotel_slug || '-' || city_slug || '/' || iif(pattern >= 12, thing_slug || '-', '') || space_slug
      || '-v' || number || '-' || size || '.jpg'
    WHEN style < 17 THEN
      'https://cdn.example.com/hotels/' || city_slug || '/' || hotel_slug || '/photos/' || number || '-'
      || iif(pattern >= 12, thing_slug, space_slug)
      || '.jpg?w=' || substr(size, 1, instr(size, 'x') - 1) || '&v=' || hash
    ELSE
      'http://www.example.com/photos/' || hotel_slug || '--' || number || iif(size > '7', '-l', '-x') || '.jpg'
  END
FROM worded;

DROP TABLE list;
DROP TABLE draw;
DROP TABLE space;
DROP TABLE hotel;
DROP TABLE slug;
