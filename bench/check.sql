-- check.sql: does images (a table, or a view over one) hold the rows of source.rows, no more and no fewer?
-- Prints "scan same" and "look-up same", or what differs. Read by bench/after.sql.

-- Everything at once, as a scan sees it.
WITH
  stored(n, ids, nulls, captions, urls) AS MATERIALIZED (
    SELECT count(*), sum(id), sum(caption IS NULL), sum(length(caption)), sum(length(url)) FROM images),
  source(n, ids, nulls, captions, urls) AS MATERIALIZED (
    SELECT count(*), sum(id), sum(caption IS NULL), sum(length(caption)), sum(length(url)) FROM source.rows)
SELECT 'scan',
       CASE WHEN stored.n IS source.n AND stored.ids IS source.ids AND stored.nulls IS source.nulls
                 AND stored.captions IS source.captions AND stored.urls IS source.urls
            THEN 'same'
            ELSE printf('differs: %d rows, ids %d, null captions %d, text %d + %d; in the source %d, %d, %d, %d + %d',
                        stored.n, stored.ids, stored.nulls, stored.captions, stored.urls,
                        source.n, source.ids, source.nulls, source.captions, source.urls) END
FROM stored, source;

-- Row by row, each looked up by its id.
SELECT 'look-up',
       CASE WHEN equal = n THEN 'same' ELSE printf('differs: %d of %d rows are equal', equal, n) END
FROM (SELECT count(*) AS equal
      FROM source.rows AS s CROSS JOIN images AS i ON i.id = s.id
      WHERE i.caption IS s.caption AND i.url IS s.url),
     (SELECT count(*) AS n FROM source.rows);
