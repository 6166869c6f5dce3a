-- json.sql: an object per row in a JSON text column. Run by bench/measure.sh.

CREATE TABLE documents(id INTEGER PRIMARY KEY, image TEXT);
INSERT INTO documents(id, image)
SELECT id, json_object('caption', caption, 'url', url) FROM source.rows ORDER BY id;

CREATE VIEW images(id, caption, url) AS
SELECT id, json_extract(image, '$.caption'), json_extract(image, '$.url') FROM documents;
