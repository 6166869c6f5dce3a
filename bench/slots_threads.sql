-- slots_threads.sql: the same as slots.sql, columns being coded in a second thread, too. Run by bench/measure.sh.

PRAGMA threads = 1;
CREATE VIRTUAL TABLE images USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM source.rows ORDER BY id;
INSERT INTO images(images) VALUES ('optimize');
