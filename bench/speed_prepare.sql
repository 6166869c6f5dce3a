-- speed_prepare.sql: what bench/speed.sh adds to the database of rows: ids to join with, in random order, and,
-- where there is no table artworks, one of made-up rows. Prints a sed command for each {name} in bench/speed.sql.

.mode list
.headers off

CREATE TABLE IF NOT EXISTS sample AS
SELECT id FROM rows ORDER BY id * 7919 % 1000003, id LIMIT 50000;

-- Rows like those of a museum: half of the columns are numbers or texts of few values.
CREATE TABLE IF NOT EXISTS artworks AS
WITH
  work(n, id, title) AS (SELECT row_number() OVER (ORDER BY id), id, caption FROM rows),
  dated(n, id, title, name, year) AS (
    SELECT n, id, title, 'Artist ' || (n / 40 * 7919 % 3500), nullif(1700 + n / 25 * 104729 % 310, 1700) FROM work)
SELECT id, printf('%c%05d', substr('ANPT', n % 4 + 1), n % 100000) AS acno, name AS artist, title,
       CASE n % 5 WHEN 0 THEN 'c.' || year WHEN 1 THEN year || '–' || (year + 2) ELSE year END AS date_text,
       year, 1850 + n / 60 % 165 AS acquired, 50 + n * 7919 % 2000 + n % 97 / 96 * 1000 AS width_mm,
       50 + n * 104729 % 2000 + n % 89 / 88 * 1000 AS height_mm, 'mm' AS units,
       CASE n * 31 % 11 WHEN 0 THEN 'Oil paint on canvas' WHEN 1 THEN 'Etching on paper' WHEN 2 THEN 'Lithograph on paper'
            WHEN 3 THEN 'Screenprint on paper' WHEN 4 THEN NULL ELSE 'Graphite on paper' END AS medium,
       printf('http://museum.example.org/images/%05d_8.jpg', n) AS thumbnail_url,
       'http://museum.example.org/artworks/' || replace(lower(title), ' ', '-') || '-' || n AS page_url
FROM dated;

-- Words of five letters and more in spread captions, and how many captions have each.
CREATE TEMP TABLE word AS
WITH RECURSIVE
  caption(text) AS (SELECT caption || ' ' FROM rows WHERE id IN (SELECT id FROM sample LIMIT 8000)),
  split(word, rest) AS (
    SELECT NULL, text FROM caption
    UNION ALL SELECT substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM split WHERE rest > '')
SELECT word, count(*) AS uses FROM split WHERE length(word) >= 5 AND word NOT GLOB '*[^A-Za-z]*' GROUP BY word;

SELECT 's/{frequent}/' || word || '/' FROM word ORDER BY uses DESC, word LIMIT 1;
SELECT 's/{rare}/' || word || '/' FROM word WHERE uses >= 3 ORDER BY uses, word LIMIT 1;
SELECT 's/{prefix}/' || substr(word, 1, 4) || '/' FROM word WHERE uses >= 20 ORDER BY uses, word LIMIT 1;
SELECT 's/{hundred}/' || group_concat(id) || '/' FROM (SELECT id FROM sample LIMIT 100);
SELECT 's/{sample}/' || count(*) || '/' FROM sample;
SELECT 's/{half}/' || (count(*) / 2) || '/' FROM rows;
