"""progress.py: draws how far long work on slots tables is, such as the load of a cache.

    with Progress("build/slots"):
        db.execute("SELECT count(*) FROM photo_cache")

A thread with a connection of its own asks slots_progress, which tells of the whole process, every `interval` seconds.
Nothing is drawn where the standard error output is no terminal, unless always=True.
"""

import sqlite3
import sys
import threading

WIDTH = 30


def describe(work, target, done, total, seconds):
    """One line; total is None where nobody knows it."""
    share = min(done / total, 1) if total else 0
    bar = "#" * round(share * WIDTH) if total else ""
    return "%s %s [%-*s] %s rows, %.1f s" % (work, target, WIDTH, bar, f"{done:,}", seconds)


class Progress:
    def __init__(self, extension, out=sys.stderr, always=False, interval=0.1):
        self.extension = extension
        self.out = out
        self.interval = interval
        self.drawn = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.wanted = (always or out.isatty()) and hasattr(sqlite3.Connection, "enable_load_extension")

    def watch(self):
        db = sqlite3.connect(":memory:")
        db.enable_load_extension(True)
        db.load_extension(self.extension)
        while not self.ended.wait(self.interval):
            works = db.execute("SELECT work, target, done, total, seconds FROM slots_progress").fetchall()
            self.draw("; ".join(describe(*work) for work in works))
        db.close()

    def draw(self, line):
        """In place of the line before."""
        if line or self.drawn:
            self.out.write("\r%-*s" % (self.drawn, line))
            self.out.flush()
        self.drawn = len(line)

    def __enter__(self):
        if self.wanted:
            self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        if self.wanted:
            self.thread.join()
            self.draw("")
            self.out.write("\r")
