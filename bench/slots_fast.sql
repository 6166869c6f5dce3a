-- slots_fast.sql: a slots table with compress='fast' (quicker to read, larger). Run by bench/measure.sh.

CREATE VIRTUAL TABLE images USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT, compress='fast');
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM source.rows ORDER BY id;
INSERT INTO images(images) VALUES ('optimize');
