-- ordinary.sql: an ordinary table in an in-memory database. Run by bench/measure.sh.

CREATE TABLE images(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM source.rows ORDER BY id;
