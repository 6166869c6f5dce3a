-- jsonb.sql: an object per row in a JSONB column, JSON as SQLite parses it (3.45 and later). Run by
-- bench/measure.sh.

CREATE TABLE documents(id INTEGER PRIMARY KEY, image BLOB);
INSERT INTO documents(id, image)
SELECT id, jsonb_object('caption', caption, 'url', url) FROM source.rows ORDER BY id;

CREATE VIEW images(id, caption, url) AS
SELECT id, json_extract(image, '$.caption'), json_extract(image, '$.url') FROM documents;
