-- speed_growth.sql: does a lookup take longer in a larger table? Run by bench/speed.sh once for each number of
-- rows: {rows} stands for it, {rows,} for its digits in groups.

-- @table images
-- @columns id INTEGER PRIMARY KEY, caption TEXT, url TEXT
-- @index url
-- @rows SELECT id, caption, url FROM source.rows ORDER BY id LIMIT {rows}

-- @query {rows,} rows: by id
-- @per lookup
-- @keys SELECT id FROM (SELECT id FROM source.rows ORDER BY id LIMIT {rows}) ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT * FROM images WHERE id = ?1;

-- @query {rows,} rows: url = ?
-- @per lookup
-- @keys SELECT url FROM (SELECT id, url FROM source.rows ORDER BY id LIMIT {rows}) ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT * FROM images WHERE url = ?1;
