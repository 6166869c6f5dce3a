-- before.sql: what a measured process does before it builds its table. Read by bench/measure.sh.
--
-- Reads all rows twice: first to warm every cache, then to get the time of reading alone; then notes the memory.
-- A small page cache for the source, full from here on, keeps the source out of the difference.

PRAGMA source.cache_size = 64;
SELECT count(*), sum(id), sum(caption > ''), sum(url > '') FROM source.rows;
.print phase read
.timer on
SELECT 'rows', count(*), sum(id), sum(caption > ''), sum(url > '') FROM source.rows;
.timer off
.print phase before
.stats
.print private
.shell sh bench/private.sh $PPID
.print phase load
.timer on
