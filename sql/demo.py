"""demo.py: a cache over a table of a database file, with synthetic hotel photos. From the top of the repository:

    make demo                               ROWS=1000000 make demo for more than 200,000 rows
    python3 sql/demo.py build/slots 200000  the same, after make
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time

from progress import Progress

HERE = os.path.dirname(os.path.abspath(__file__))
ADVICE = "SELECT part, ordinary, balanced, verdict FROM slots_advise('photos')"
COMPARISON = "SELECT count(*) FROM (SELECT * FROM photos EXCEPT SELECT * FROM photo_cache)"


def say(text):
    print("\n" + text, flush=True)


def make_photos(path, rows):
    """A database file with a table photos, by the shell, which has .param."""
    script = (
        ".param set :rows %d\n.read '%s'\n"
        "CREATE TABLE file.photos(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);\n"
        "INSERT INTO photos SELECT id, caption, url FROM rows;\n" % (rows, os.path.join(HERE, "generate.sql"))
    )
    attach = "ATTACH '%s' AS file" % path.replace("'", "''")
    subprocess.run(["sqlite3", "-init", "/dev/null", "-batch", "-bail", "-cmd", attach, ":memory:"], input=script,
                   text=True, check=True, stdout=subprocess.DEVNULL)


def connect(path, extension):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    return db


def timed(db, what, sql, *values):
    begin = time.perf_counter()
    rows = db.execute(sql, values).fetchall()
    print("%8.2f ms  %s: %s" % ((time.perf_counter() - begin) * 1000, what, rows[0][0] if rows else None))


def advise(db):
    for part, ordinary, balanced, verdict in db.execute(ADVICE):
        print("%18s %7.1f bytes a row, %5.1f in slots  %s" % (part, ordinary, balanced, verdict))


def show(path, extension):
    db = connect(path, extension)
    url, = db.execute("SELECT url FROM photos LIMIT 1 OFFSET 1000").fetchone()
    find = "SELECT caption FROM %s WHERE url = ?"

    say("Is a cache of photos worth it? Two samples are sealed, and thrown away:")
    advise(db)

    say("The cache, in temp, so that the file stays as it is. Its first use loads it:")
    db.execute("CREATE VIRTUAL TABLE temp.photo_cache USING slots(content='photos', INDEX(url))")
    with Progress(extension):
        timed(db, "rows loaded", "SELECT count(*) FROM photo_cache")
    timed(db, "bytes of the cache", "SELECT value FROM slots_stats('photo_cache') WHERE name = 'bytes'")
    timed(db, "pages of the file, in bytes", "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")

    say("A url that photos itself has no index for:")
    timed(db, "in the table", find % "photos", url)
    timed(db, "in the cache", find % "photo_cache", url)

    say("This connection changes a row, then another connection does; the next statement sees it:")
    db.execute("UPDATE photos SET caption = 'changed here' WHERE url = ?", (url,))
    timed(db, "one row read again", find % "photo_cache", url)
    elsewhere = sqlite3.connect(path)
    elsewhere.execute("UPDATE photos SET caption = 'changed elsewhere' WHERE url = ?", (url,))
    elsewhere.commit()
    timed(db, "all rows compared", find % "photo_cache", url)
    timed(db, "rows that differ from the table's", COMPARISON)


def main():
    extension = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else sys.exit(__doc__)
    if not hasattr(sqlite3.Connection, "enable_load_extension"):
        sys.exit("demo.py: this Python's sqlite3 cannot load extensions; Debian's /usr/bin/python3 can")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "photos.db")
        rows = int(sys.argv[2]) if len(sys.argv) > 2 else 200000
        print("Making a database file with %s photos." % f"{rows:,}")
        make_photos(path, rows)
        show(path, extension)


main()
