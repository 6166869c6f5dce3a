-- slots.sql: a slots table as it is without options (compress='balanced'). Run by bench/measure.sh.
-- 'optimize' leaves no open row, so that the whole table is measured packed.

CREATE VIRTUAL TABLE images USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);
INSERT INTO images(id, caption, url) SELECT id, caption, url FROM source.rows ORDER BY id;
INSERT INTO images(images) VALUES ('optimize');
