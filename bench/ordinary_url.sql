-- ordinary_url.sql: an ordinary table with an index on url. Run by bench/measure.sh.
-- The index is made after the rows: faster, and its pages come out full.

CREATE TABLE images(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM source.rows ORDER BY id;
CREATE INDEX images_url ON images(url);
