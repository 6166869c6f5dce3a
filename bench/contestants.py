"""contestants.py: the blog post's Image objects, held in a dict by id, as its web servers did.

    python3 bench/contestants.py dict|slots|namedtuple rows.db

Prints one line: rows, bytes of private memory gained, seconds to load, seconds to only read the rows (as
bench/before.sql does it). Needs nothing but Python's standard library.
"""

import collections
import gc
import os
import sqlite3
import subprocess
import sys
import time


class ImageWithDict:
    def __init__(self, id, caption, url):
        self.id = id
        self.caption = caption
        self.url = url


class ImageWithSlots:
    __slots__ = ["id", "caption", "url"]

    def __init__(self, id, caption, url):
        self.id = id
        self.caption = caption
        self.url = url


ImageTuple = collections.namedtuple("ImageTuple", ["id", "caption", "url"])

CONTESTANTS = {"dict": ImageWithDict, "slots": ImageWithSlots, "namedtuple": ImageTuple}


def private_bytes():
    """Bytes this process holds for itself alone, or None where the system does not tell."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "private.sh")
    answer = subprocess.run(["sh", script, str(os.getpid())], capture_output=True, check=True, text=True)
    answer = answer.stdout.strip()
    return None if answer == "-" else int(answer)


def read(database):
    """A new cursor over all rows, in the order of their ids."""
    return database.execute("SELECT id, caption, url FROM rows ORDER BY id")


def check(database, images):
    """Stops unless images holds just the rows of the database."""
    count = 0
    for id, caption, url in read(database):
        image = images.get(id)
        if image is None or (image.id, image.caption, image.url) != (id, caption, url):
            sys.exit("contestants.py: row %d differs" % id)
        count += 1
    if count != len(images):
        sys.exit("contestants.py: %d objects for %d rows" % (len(images), count))


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in CONTESTANTS:
        sys.exit(__doc__)
    make = CONTESTANTS[sys.argv[1]]
    database = sqlite3.connect(sys.argv[2])
    database.execute("PRAGMA cache_size = 64")

    for _ in ("to warm every cache", "to time it"):
        start = time.perf_counter()
        database.execute("SELECT count(*), sum(id), sum(caption > ''), sum(url > '') FROM rows").fetchone()
        reading = time.perf_counter() - start

    private_bytes()  # what subprocess itself allocates is not the rows'
    gc.collect()
    before = private_bytes()
    start = time.perf_counter()
    images = {row[0]: make(*row) for row in read(database)}
    loading = time.perf_counter() - start
    gc.collect()
    after = private_bytes()
    check(database, images)

    gained = "-" if before is None or after is None else after - before
    print(len(images), gained, "%.3f" % loading, "%.3f" % reading)


main()
