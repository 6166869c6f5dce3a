-- scale_lookup.sql: single rows, a statement each. Run by bench/scale.sh for each number of rows; directives as in
-- bench/speed_script.h.

-- @table images
-- @columns id INTEGER PRIMARY KEY, caption TEXT, url TEXT
-- @index url
-- @rows SELECT id, caption, url FROM source.rows ORDER BY id

-- @query by_id
-- @per lookup
-- @keys SELECT id FROM source.rows ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT * FROM images WHERE id = ?1;

-- @query by_url
-- @per lookup
-- @keys SELECT url FROM source.rows ORDER BY id * 7919 % 1000003 LIMIT 50000
SELECT * FROM images WHERE url = ?1;
