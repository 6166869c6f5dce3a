-- demo.sql: a first look at slots, with 20,000 synthetic hotel photos. From the top of the repository, after make:
--
--     sqlite3 < sql/demo.sql

.bail on
.load build/slots
.mode box --wrap 0

.print
.print Loading 20,000 photos into an ordinary table (rows) and into a slots table (images).
.param set :rows 20000
.read sql/generate.sql
.read sql/image_class.sql
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM rows;
INSERT INTO images(images) VALUES ('optimize');

.print
.print The struct that a row is packed into, slot by slot:
SELECT slot, type, bit_offset, bit_width, encoding, bytes, round(bytes_per_row, 2) AS bytes_a_row, round(ratio, 1) AS ratio
FROM slots_layout('images');

.print
.print What the table takes:
SELECT * FROM slots_stats('images');
SELECT slots_count('images') AS images,
       (SELECT value FROM slots_stats('images') WHERE name = 'bytes') AS "bytes in slots",
       (SELECT sum(pgsize) FROM dbstat WHERE name = 'rows') AS "bytes in an ordinary table";

.print
.print It is a table like any other:
SELECT id, caption FROM images WHERE id BETWEEN 3000 AND 3010;
SELECT count(*) AS suites FROM images WHERE caption LIKE '%suite%';
SELECT id, caption FROM images ORDER BY id DESC LIMIT 3;

.print
.print The methods of the class Image are columns of a view:
INSERT INTO image(id, caption, url) VALUES (7, ' The "blue" pool ', 'https://example.com/p/pool-1024x683.jpg');
.mode line
SELECT alt, thumbnail_url, tag FROM image WHERE id = 7;
.mode box --wrap 0
SELECT * FROM image_around WHERE id = 1001;

.print
.print Changes belong to transactions:
BEGIN;
UPDATE images SET caption = 'gone' WHERE id < 5000;
DELETE FROM images WHERE id > 5000;
SELECT slots_count('images') AS "images in the transaction";
ROLLBACK;
SELECT slots_count('images') AS "after ROLLBACK", (SELECT caption FROM images WHERE id = 3000) AS "image 3000";
SELECT count(*) AS "rows that differ from the ordinary table's"
FROM rows LEFT JOIN images USING (id)
WHERE rows.caption IS NOT images.caption OR rows.url IS NOT images.url;
