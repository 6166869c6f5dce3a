-- image_class.sql: the class Image of the blog post about Python's __slots__, in SQL.
--
--     .load build/slots
--     .read sql/image_class.sql
--     INSERT INTO image(id, caption, url) VALUES (7, ' The pool ', 'https://example.com/p/pool-1024x683.jpg');
--     SELECT alt, thumbnail_url, tag FROM image WHERE id = 7;
--
-- images        the rows themselves: a slots table (a table of this name that is already there is used instead)
-- image         the class: INSERT is __init__ with _setup, the further columns are its methods
-- image_around  for each image the one before and the one after it, for "previous" and "next" on its page
--
-- Rows that need no _setup go straight into the table, which is quicker:
--     INSERT INTO images(id, caption, url) SELECT id, caption, url FROM photos;

CREATE VIRTUAL TABLE IF NOT EXISTS images USING slots;      -- id INTEGER PRIMARY KEY, caption TEXT, url TEXT

-- What the methods are computed from: where the file lies and what it is called. rtrim(x, everything in x but
-- slashes) is x up to its last slash.
CREATE VIEW image_file AS
SELECT id, caption, url, directory, substr(address, length(directory) + 1) AS file
FROM (SELECT id, caption, url, address, rtrim(address, replace(address, '/', '')) AS directory
      FROM (SELECT id, caption, url,
                   iif(instr(url, '?'), substr(url, 1, instr(url, '?') - 1), url) AS address      -- without ?w=1024
            FROM images));

CREATE VIEW image AS
SELECT id, caption, url,
       file,
       coalesce(caption, 'Photo ' || id) AS alt,
       directory || 'thumbs/' || file AS thumbnail_url,
       '<img src="' || replace(replace(url, '&', '&amp;'), '"', '&quot;') || '" alt="'
         || replace(replace(coalesce(caption, 'Photo ' || id), '&', '&amp;'), '"', '&quot;') || '">' AS tag
FROM image_file;

-- __init__ and _setup: spaces around a caption go, an empty one is none, and a photo without a url is refused.
CREATE TRIGGER image_setup INSTEAD OF INSERT ON image
BEGIN
  SELECT RAISE(ABORT, 'an image needs a url') WHERE coalesce(trim(new.url), '') = '';
  INSERT INTO images(id, caption, url) VALUES (new.id, nullif(trim(new.caption), ''), trim(new.url));
END;

CREATE VIEW image_around AS
SELECT id,
       (SELECT max(id) FROM images WHERE id < here.id) AS previous,
       (SELECT min(id) FROM images WHERE id > here.id) AS next
FROM images AS here;
