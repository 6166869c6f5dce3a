-- import.sql: makes rows(id, caption, url) out of the table that the shell's .import made of a CSV file.
-- Run by bench/rows.sh.

CREATE TABLE rows(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);
INSERT INTO rows(id, caption, url) SELECT id, caption, url FROM import ORDER BY CAST(id AS INTEGER);
DROP TABLE import;
VACUUM;
