-- scale.sql: one table through its life: loaded, looked up in, changed, sealed again, saved, mapped. Run by bench/scale.sh,
-- with the rows attached as `source`. A "phase" names what the times and the memory that follow belong to.

PRAGMA source.cache_size = 64;
CREATE VIRTUAL TABLE images USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT, INDEX(url));

.print phase load
.stats
.timer on
INSERT INTO images SELECT id, caption, url FROM source.rows ORDER BY id;
INSERT INTO images(images) VALUES('optimize');
.timer off
.print phase loaded
.stats
SELECT 'rows', slots_count('images');
SELECT 'bytes', value FROM slots_stats('images') WHERE name = 'bytes';

-- One row in 50 changes, one in 50 goes, all over the table; and then 2,000 single rows, a transaction each.
.print phase update
.timer on
UPDATE images SET caption = id || ': ' || caption WHERE id % 50 = 0;
.print phase delete
DELETE FROM images WHERE id % 50 = 1;
.timer off
.once singles.sql
SELECT printf('UPDATE images SET url = url || ''#'' WHERE id = %d;', id)
FROM (SELECT id FROM source.rows WHERE id % 50 = 2 ORDER BY id * 7919 % 1000003 LIMIT 2000);
.print phase single
.timer on
.read singles.sql
.print phase reseal
INSERT INTO images(images) VALUES('optimize');
.timer off
.print phase resealed
.stats
SELECT 'bytes', value FROM slots_stats('images') WHERE name = 'bytes';

.print phase save
.timer on
SELECT slots_save('images', 'scale.slots') > 0;
.print phase map
CREATE VIRTUAL TABLE mapped USING slots(snapshot='scale.slots');
SELECT id > 0 FROM mapped LIMIT 1;
.timer off

CREATE TEMP TABLE keys AS SELECT id, url FROM source.rows WHERE id % 50 > 2 ORDER BY id * 7919 % 1000003 LIMIT 50000;
SELECT 'keys', count(*) FROM keys;
SELECT sum(length(caption)) > 0 FROM keys CROSS JOIN mapped USING (id);
.print phase join_id
.timer on
SELECT sum(length(caption)) > 0 FROM keys CROSS JOIN mapped USING (id);
.print phase join_url
SELECT sum(length(caption)) > 0 FROM keys CROSS JOIN mapped USING (url);
.timer off

-- Are all rows as they should be?
.print phase check
CREATE TEMP VIEW wanted AS
SELECT id, iif(id % 50, caption, id || ': ' || caption) AS caption, url FROM source.rows WHERE id % 50 <> 1;
SELECT 'same', count(*) = slots_count('mapped')
               AND count(*) = sum(m.caption IS w.caption AND (m.url = w.url OR w.id % 50 = 2 AND m.url = w.url || '#'))
FROM wanted AS w LEFT JOIN mapped AS m ON m.id = w.id;
DROP TABLE mapped;
