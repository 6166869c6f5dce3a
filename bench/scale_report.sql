-- scale_report.sql: turns scale.csv (rows, figure, value) into the table that bench/scale.sh prints, and scale.dat (what
-- bench/scale.gp draws), in the current directory.

.import --csv scale.csv figure

-- What is expected. flat: at most `bound` times what it is at 100,000 rows, below which fixed costs count; most: at most `bound`;
-- table: at most 64 MB and `bound` times the table (an index is built anew beside the old one, 10 bytes a row each); ordinary: it
-- grows from 10,000 rows on at most `bound` times as much as the figure `beside`, an ordinary table's.
CREATE TABLE expected(place INTEGER PRIMARY KEY, figure TEXT, title TEXT, rule TEXT, bound REAL, beside TEXT);
INSERT INTO expected(figure, title, rule, bound, beside) VALUES
  ('bytes',             'bytes a row',                              'flat', 1.1, NULL),
  ('bytes_resealed',    'bytes a row, changed and sealed again',    'flat', 1.1, NULL),
  ('load_peak',         'peak beyond the table: load, MB',          'table', 0.25, NULL),
  ('reseal_peak',       'peak beyond the table: sealed again, MB',  'table', 0.5, NULL),
  ('load',              'load, us a row',                           'flat', 1.5, NULL),
  ('update',            'UPDATE of 1 row in 50, us a change',       'flat', 1.5, NULL),
  ('delete',            'DELETE of 1 row in 50, us a change',       'flat', 1.5, NULL),
  ('single',            'UPDATE by id, a transaction each, us',     'flat', 2, NULL),
  ('reseal',            'sealed again, us a row',                   'flat', 1.5, NULL),
  ('save',              'slots_save, us a row',                     'flat', 1.5, NULL),
  ('map',               'mapped, and the first row read, us',       'most', 5000, NULL),
  ('by_id_ordinary',    'by id: ordinary table, us',                NULL, NULL, NULL),
  ('by_id',             'by id: slots',                             'ordinary', 1.25, 'by_id_ordinary'),
  ('by_id_fast',        'by id: fast',                              'ordinary', 1.25, 'by_id_ordinary'),
  ('by_url_ordinary',   'url = ?: ordinary table, us',              NULL, NULL, NULL),
  ('by_url',            'url = ?: slots',                           'ordinary', 1.25, 'by_url_ordinary'),
  ('by_url_fast',       'url = ?: fast',                            'ordinary', 1.25, 'by_url_ordinary'),
  ('join_id',           'mapped, join on id, us a key',             'ordinary', 1.25, 'by_id_ordinary'),
  ('join_url',          'mapped, join on url, us a key',            'ordinary', 1.25, 'by_url_ordinary');

CREATE VIEW value AS
SELECT e.place, e.title, e.rule, e.bound, CAST(f.rows AS INT) AS rows, f.figure, CAST(f.value AS REAL) AS value,
       CASE e.rule
         WHEN 'most' THEN f.value + 0 > e.bound
         WHEN 'table' THEN f.value + 0 > 64 + e.bound * f.rows / 1e6 * (
           SELECT value FROM figure WHERE figure = 'bytes' AND rows = f.rows)
         WHEN 'flat' THEN f.rows + 0 > 100000 AND f.value + 0 > e.bound * (
           SELECT value FROM figure WHERE figure = f.figure AND rows = '100000')
         WHEN 'ordinary' THEN f.value * 1.0 / (SELECT value FROM figure WHERE figure = f.figure AND rows = '10000') > e.bound * (
           SELECT b.value * 1.0 / s.value FROM figure AS b JOIN figure AS s ON s.figure = b.figure AND s.rows = '10000'
           WHERE b.figure = e.beside AND b.rows = f.rows)
       END AS beyond
FROM expected AS e JOIN figure AS f ON f.figure = e.figure;

-- One column a number of rows; "!" stands behind what is beyond.
.mode list
.headers off
SELECT printf('| %-40s |', 'rows') || group_concat(printf(' %,11d |', rows), '') || printf(' %-21s |', 'at most')
FROM (SELECT rows FROM value WHERE figure = 'bytes' ORDER BY rows);
SELECT printf('|%.42c|', '-') || group_concat(printf('%.12c:|', '-'), '') || printf('%.23c|', '-')
FROM value WHERE figure = 'bytes';
SELECT printf('| %-40s |', title)
       || group_concat(printf(' %9.*f%2s |', CASE WHEN value < 10 THEN 2 WHEN value < 100 THEN 1 ELSE 0 END, value,
                              iif(beyond, ' !', '')), '')
       || printf(' %-21s |', CASE rule WHEN 'most' THEN printf('%g', bound)
                                       WHEN 'table' THEN printf('64 + %g x the table', bound)
                                       WHEN 'flat' THEN printf('flat, x %g', bound)
                                       WHEN 'ordinary' THEN printf('as ordinary, x %g', bound) ELSE '' END)
FROM (SELECT * FROM value ORDER BY place, rows) GROUP BY place;
SELECT '';
SELECT iif(sum(beyond), sum(beyond) || ' figures (!) are beyond what is expected.', 'Nothing is beyond what is expected.') FROM value;

.mode tabs
.once scale.dat
SELECT b.rows, b.value, p.value, s.value, i.value, io.value, u.value, uo.value
FROM value AS b JOIN value AS p USING (rows) JOIN value AS s USING (rows) JOIN value AS i USING (rows) JOIN value AS io USING (rows)
     JOIN value AS u USING (rows) JOIN value AS uo USING (rows)
WHERE b.figure = 'bytes' AND p.figure = 'load_peak' AND s.figure = 'reseal_peak' AND i.figure = 'by_id'
      AND io.figure = 'by_id_ordinary' AND u.figure = 'by_url' AND uo.figure = 'by_url_ordinary'
ORDER BY b.rows;
