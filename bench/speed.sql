-- speed.sql: the queries that `make bench-speed` measures. The directives are those of bench/speed_driver.c;
-- bench/speed.sh puts words of the rows for {frequent} and the like.

-- Images, found by id and read as a whole ------------------------------------------------------------------

-- @table images
-- @columns id INTEGER PRIMARY KEY, caption TEXT, url TEXT
-- @rows SELECT id, caption, url FROM source.rows ORDER BY id
-- @load load: INSERT ... SELECT, then 'optimize'

-- @query by id: all columns
-- @per lookup
-- @keys SELECT id FROM source.rows ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT * FROM images WHERE id = ?1;

-- @query by id: absent
-- @per lookup
-- @keys SELECT -id FROM source.rows ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT * FROM images WHERE id = ?1;

-- @query join on id: both texts
-- @per key {sample}
SELECT sum(length(caption) + length(url)) FROM source.sample CROSS JOIN images USING (id);

-- @query join on id: id alone
-- @per key {sample}
SELECT sum(images.id) FROM source.sample CROSS JOIN images USING (id);

-- @query id IN (100 values)
-- @per key 100
SELECT * FROM images WHERE id IN ({hundred});

-- @query id IN (100 values): id alone
-- @per key 100
SELECT id FROM images WHERE id IN ({hundred});

-- @query id IN (SELECT ...)
-- @per key {sample}
SELECT * FROM images WHERE id IN (SELECT id FROM source.sample);

-- @query id BETWEEN ? AND ?: about 1,000 rows
-- @per row 1000
-- @keys SELECT id FROM source.rows ORDER BY id * 7919 % 1000003 LIMIT 100
SELECT * FROM images WHERE id BETWEEN ?1 AND ?1 + 1000;

-- @query id BETWEEN ? AND ?: id alone
-- @per row 1000
-- @keys SELECT id FROM source.rows ORDER BY id * 7919 % 1000003 LIMIT 100
SELECT id FROM images WHERE id BETWEEN ?1 AND ?1 + 1000;

-- @query sum(id)
-- @per row
SELECT sum(id) FROM images;

-- @query count(*)
-- @per row
SELECT count(*) FROM images;

-- @query max(id)
-- @per query
SELECT max(id) FROM images;

-- @query ORDER BY id DESC LIMIT 10
-- @per query
SELECT * FROM images ORDER BY id DESC LIMIT 10;

-- @query LIMIT 10 OFFSET half of the rows
-- @per query
SELECT * FROM images LIMIT 10 OFFSET {half};

-- @query all rows, both texts fetched
-- @per row
SELECT caption, url FROM images;

-- @query all rows: sum(length(caption) + length(url))
-- @per row
SELECT sum(length(caption) + length(url)) FROM images;

-- @query LIKE '%word%': frequent
-- @per row
SELECT count(*) FROM images WHERE caption LIKE '%{frequent}%';

-- @query LIKE '%word%': rare
-- @per row
SELECT id, caption FROM images WHERE caption LIKE '%{rare}%';

-- @query LIKE '%word%': absent
-- @per row
SELECT id, caption FROM images WHERE caption LIKE '%qwzxvj%';

-- @query LIKE '%word%' on url: absent
-- @per row
SELECT id, url FROM images WHERE url LIKE '%qwzxvj%';

-- @query LIKE 'word%'
-- @per row
SELECT id, caption FROM images WHERE caption LIKE '{prefix}%';

-- @query LIKE '%word%word%'
-- @per row
SELECT id, caption FROM images WHERE caption LIKE '%{frequent}%{rare}%';

-- @query GLOB '*word*': rare
-- @per row
SELECT id, caption FROM images WHERE caption GLOB '*{rare}*';

-- @query caption = ?, no index
-- @per row
SELECT id FROM images WHERE caption = '{rare}';

-- @query join on url, no index: 5,000 keys
-- @per key 5000
SELECT sum(images.id) FROM (SELECT url FROM source.sample JOIN source.rows USING (id) LIMIT 5000) CROSS JOIN images USING (url);

-- @query GROUP BY caption
-- @per row
SELECT caption, count(*) FROM images GROUP BY caption;

-- @query ORDER BY caption
-- @per row
SELECT id, caption FROM images ORDER BY caption;

-- @query ORDER BY caption LIMIT 10
-- @per row
SELECT id, caption, url FROM images ORDER BY caption LIMIT 10;

-- @query ORDER BY caption LIMIT 10 OFFSET half
-- @per row
SELECT id, caption, url FROM images ORDER BY caption LIMIT 10 OFFSET {half};

-- @query max(caption)
-- @per row
SELECT max(caption) FROM images;

-- Images, found by url: an equality index beside a b-tree ----------------------------------------------------

-- @table linked
-- @columns id INTEGER PRIMARY KEY, caption TEXT, url TEXT
-- @index url
-- @rows SELECT id, caption, url FROM source.rows ORDER BY id
-- @load load with an index on url

-- @query url = ?: present
-- @per lookup
-- @keys SELECT url FROM source.rows WHERE url IS NOT NULL ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT id, caption, url FROM linked WHERE url = ?1;

-- @query url = ?: absent
-- @per lookup
-- @keys SELECT url || '?' FROM source.rows WHERE url IS NOT NULL ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT id, caption, url FROM linked WHERE url = ?1;

-- The order of url is kept, but for what the first queries took.

-- @query url > ? ORDER BY url LIMIT 20
-- @per query
-- @keys SELECT url FROM source.rows WHERE url IS NOT NULL ORDER BY id * 7919 % 1000003 LIMIT 1000
SELECT id, caption, url FROM linked WHERE url > ?1 ORDER BY url LIMIT 20;

-- @query url > ? OR (url = ? AND id > ?): next 20
-- @per query
-- @keys SELECT url, id FROM source.rows WHERE url IS NOT NULL ORDER BY id * 7919 % 1000003 LIMIT 1000
SELECT id, caption, url FROM linked WHERE url > ?1 OR (url = ?1 AND id > ?2) ORDER BY url, id LIMIT 20;

-- @query LIKE '%word%' ORDER BY url LIMIT 10
-- @per query
SELECT id, caption, url FROM linked WHERE caption LIKE '%{frequent}%' ORDER BY url LIMIT 10;

-- @query url BETWEEN ? AND ?, some rows
-- @per query
-- @keys SELECT substr(url, 1, length(url) - 5), substr(url, 1, length(url) - 5) || '~' FROM source.rows WHERE url IS NOT NULL ORDER BY id * 7919 % 1000003 LIMIT 1000
SELECT id, caption FROM linked WHERE url BETWEEN ?1 AND ?2;

-- @query max(url)
-- @per query
SELECT max(url) FROM linked;

-- Rows of a key: some 20 of most artists, and very many of some ---------------------------------------------

-- @table works
-- @columns id INTEGER PRIMARY KEY, artist TEXT, title TEXT, year INT
-- @index artist
-- @rows SELECT id, artist, title, nullif(year, '') FROM source.artworks ORDER BY CAST(id AS INTEGER)

-- @query artist = ?
-- @per query
-- @keys SELECT DISTINCT artist FROM source.artworks LIMIT 1000
SELECT id, title FROM works WHERE artist = ?1;

-- @query artist = ?: id alone
-- @per query
-- @keys SELECT DISTINCT artist FROM source.artworks LIMIT 1000
SELECT id FROM works WHERE artist = ?1;

-- @query artist = ? ORDER BY id DESC LIMIT 5
-- @per query
-- @keys SELECT DISTINCT artist FROM source.artworks LIMIT 1000
SELECT id, title FROM works WHERE artist = ?1 ORDER BY id DESC LIMIT 5;

-- @query artist = ? AND id > ? ORDER BY id LIMIT 5
-- @per query
-- @keys SELECT artist, CAST(id AS INTEGER) FROM source.artworks WHERE id % 70 = 3
SELECT id, title FROM works WHERE artist = ?1 AND id > ?2 ORDER BY id LIMIT 5;

-- @query ORDER BY artist DESC, id DESC LIMIT 10
-- @per query
SELECT id, artist FROM works ORDER BY artist DESC, id DESC LIMIT 10;

-- Rows of a key in the order of the next column of its index -------------------------------------------------

-- @table dated
-- @columns id INTEGER PRIMARY KEY, artist TEXT, title TEXT, year INT
-- @index artist, year
-- @rows SELECT id, artist, title, nullif(year, '') FROM source.artworks ORDER BY CAST(id AS INTEGER)

-- @query INDEX(artist, year): artist = ? AND year > ?
-- @per query
-- @keys SELECT artist, max(CAST(year AS INTEGER)) - 1 FROM source.artworks WHERE year <> '' GROUP BY artist ORDER BY count(*) DESC, artist LIMIT 50
SELECT id, title FROM dated WHERE artist = ?1 AND year > ?2;

-- @query artist = ? ORDER BY year DESC LIMIT 10
-- @per query
-- @keys SELECT artist FROM source.artworks GROUP BY artist ORDER BY count(*) DESC, artist LIMIT 50
SELECT id, title FROM dated WHERE artist = ?1 ORDER BY year DESC, id DESC LIMIT 10;

-- @query max(year) WHERE artist = ?
-- @per query
-- @keys SELECT artist FROM source.artworks GROUP BY artist ORDER BY count(*) DESC, artist LIMIT 50
SELECT max(year) FROM dated WHERE artist = ?1;

-- Artworks: 13 columns of numbers and texts ------------------------------------------------------------------

-- @table artworks
-- @columns id INTEGER PRIMARY KEY, acno TEXT, artist TEXT, title TEXT, date_text TEXT, year INT, acquired INT, width_mm INT, height_mm INT, units TEXT, medium TEXT, thumbnail_url TEXT, page_url TEXT
-- @rows SELECT id, acno, artist, title, nullif(date_text, ''), nullif(year, ''), nullif(acquired, ''), nullif(width_mm, ''), nullif(height_mm, ''), nullif(units, ''), nullif(medium, ''), nullif(thumbnail_url, ''), nullif(page_url, '') FROM source.artworks ORDER BY CAST(id AS INTEGER)
-- @load 13 columns: load

-- @query 13 columns: by id, all of them
-- @per lookup
-- @keys SELECT id FROM source.artworks ORDER BY id * 7919 % 1000003 LIMIT 20000
SELECT * FROM artworks WHERE id = ?1;

-- @query 13 columns: year BETWEEN ? AND ?, 1 in 60
-- @per row
SELECT id, title FROM artworks WHERE year BETWEEN 1840 AND 1841;

-- @query 13 columns: year = ?
-- @per row
SELECT count(*) FROM artworks WHERE year = 1929;

-- @query 13 columns: width_mm > ? AND height_mm > ?
-- @per row
SELECT id, title FROM artworks WHERE width_mm > 2500 AND height_mm > 2500;

-- @query 13 columns: medium = ?, few distinct values
-- @per row
SELECT count(*) FROM artworks WHERE medium = 'Oil paint on canvas';

-- @query 13 columns: avg(year)
-- @per row
SELECT avg(year) FROM artworks;

-- @query 13 columns: GROUP BY year
-- @per row
SELECT year, count(*) FROM artworks GROUP BY year;

-- @query 13 columns: DISTINCT year
-- @per row
SELECT DISTINCT year FROM artworks;

-- @query 13 columns: ORDER BY year DESC LIMIT 10
-- @per row
SELECT * FROM artworks ORDER BY year DESC LIMIT 10;

-- @query 13 columns: max(year)
-- @per row
SELECT max(year) FROM artworks;

-- @query 13 columns: all rows, ORDER BY title
-- @per row
SELECT * FROM artworks ORDER BY title;

-- @query 13 columns: all rows, all columns
-- @per row
SELECT * FROM artworks;

-- Changes, each from a table of its own that is sealed -------------------------------------------------------

-- @table written
-- @columns id INTEGER PRIMARY KEY, caption TEXT, url TEXT
-- @rows SELECT id, caption, url FROM source.rows ORDER BY id LIMIT 100000

-- @query INSERT, a transaction each
-- @per change
-- @fresh
-- @keys SELECT caption, url FROM source.rows ORDER BY id LIMIT 20000
INSERT INTO written(caption, url) VALUES(?1, ?2);

-- @query INSERT, in one transaction
-- @per change
-- @fresh
-- @transaction
-- @keys SELECT caption, url FROM source.rows ORDER BY id LIMIT 20000
INSERT INTO written(caption, url) VALUES(?1, ?2);

-- @query UPDATE by id, a transaction each
-- @per change
-- @fresh
-- @keys SELECT id, lead(caption, 100, '') OVER (ORDER BY id) FROM (SELECT id, caption FROM source.rows ORDER BY id LIMIT 100000) ORDER BY id * 7919 % 1000003 LIMIT 20000
UPDATE written SET caption = ?2 WHERE id = ?1;

-- @query UPDATE by id, in one transaction
-- @per change
-- @fresh
-- @transaction
-- @keys SELECT id, lead(caption, 100, '') OVER (ORDER BY id) FROM (SELECT id, caption FROM source.rows ORDER BY id LIMIT 100000) ORDER BY id * 7919 % 1000003 LIMIT 20000
UPDATE written SET caption = ?2 WHERE id = ?1;

-- @query DELETE by id, in one transaction
-- @per change
-- @fresh
-- @transaction
-- @keys SELECT id FROM (SELECT id FROM source.rows ORDER BY id LIMIT 100000) ORDER BY id * 7919 % 1000003 LIMIT 20000
DELETE FROM written WHERE id = ?1;
