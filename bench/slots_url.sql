-- slots_url.sql: a slots table that also finds rows by url. Run by bench/measure.sh.

CREATE VIRTUAL TABLE images USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT, INDEX(url));
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM source.rows ORDER BY id;
INSERT INTO images(images) VALUES ('optimize');
