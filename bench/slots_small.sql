-- slots_small.sql: a slots table with compress='small' (smaller, slower to read). Run by bench/measure.sh.

CREATE VIRTUAL TABLE images USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT, compress='small');
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM source.rows ORDER BY id;
INSERT INTO images(images) VALUES ('optimize');
