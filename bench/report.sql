-- report.sql: turns results.csv into memory.csv (the numbers), memory.new (a Markdown table) and memory.dat
-- (what bench/chart.gp draws), all in the current directory. Run by bench/run.sh.
--
-- "Process" is the growth of private resident memory; where the system does not tell it, the column says "-"
-- and the ratios compare SQLite's counts.

.import --csv results.csv result

-- Figures, with NULL for what is not known. Bytes are what all rows take.
CREATE VIEW figure AS
SELECT rowid AS place, variant, name, CAST(nullif(rows, '-') AS INT) AS rows,
       CAST(nullif(sqlite_bytes, '-') AS INT) AS counted, CAST(nullif(process_bytes, '-') AS INT) AS process,
       CAST(nullif(peak_bytes, '-') AS INT) AS peak, CAST(nullif(seconds, '-') AS REAL) AS seconds,
       nullif(note, '') AS note
FROM result;

CREATE VIEW report AS
SELECT f.*, f.counted * 1.0 / f.rows AS counted_each, f.process * 1.0 / f.rows AS process_each,
       coalesce(f.process, f.counted) AS bytes,
       coalesce(f.process * 1.0 / s.process, f.counted * 1.0 / s.counted) AS times,
       max(f.seconds, 0) * 1e6 / f.rows AS load_us
FROM figure AS f LEFT JOIN figure AS s ON s.variant = 'slots';

.headers on
.mode csv
.once memory.csv
SELECT variant, name, rows, counted AS sqlite_bytes, process AS process_bytes, peak AS sqlite_peak_bytes,
       round(counted_each, 2) AS sqlite_bytes_a_row, round(process_each, 2) AS process_bytes_a_row,
       round(times, 2) AS times_slots, round(load_us, 2) AS load_us_a_row, note
FROM report ORDER BY place;

-- Padded to the width of the headings, so that the numbers stand in line.
.mode markdown
.once memory.new
SELECT name AS "",
       CASE WHEN process IS NOT NULL THEN printf('%20.1f', process_each) ELSE coalesce(note, printf('%20s', '-')) END
         AS "bytes a row, process",
       iif(counted IS NULL, printf('%19s', '-'), printf('%19.1f', counted_each)) AS "bytes a row, SQLite",
       iif(bytes IS NULL, printf('%8s', '-'), printf('%8.1f', bytes / 1e6)) AS "total MB",
       iif(times IS NULL, printf('%11s', '-'), printf('%11.1f', times)) AS "times slots",
       iif(load_us IS NULL, printf('%14s', '-'), printf('%14.2f', load_us)) AS "load, us a row"
FROM report ORDER BY place;

-- The largest on top.
.headers off
.mode tabs
.once memory.dat
SELECT row_number() OVER (ORDER BY bytes), bytes * 1.0 / rows, name, variant LIKE 'slots%'
FROM report WHERE rows IS NOT NULL ORDER BY bytes;
