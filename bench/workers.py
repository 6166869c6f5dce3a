"""workers.py: the memory of several worker processes that need the same rows, and the time until each has
its first answer.

    python3 bench/workers.py rows.db build/slots.so OUT [WORKERS]

The rows are held in four ways: ordinary in-memory tables, one database file with mmap_size, Python objects
with __slots__ in a dict, and a slots table mapped from a snapshot. Every worker is a process that begins with
nothing (the sqlite3 shell, or Python), answers one look-up by id, reads every row, and then waits while all of
them are measured: the proportional set size (PSS) counts a page that n processes share as 1/n in each, so the
sum over the workers is what the machine holds. What such a process takes without any rows is taken off. The
time runs from the start of the process. Needs Linux, the shell and Python's standard library; writes
OUT/workers.csv and OUT/workers.md.
"""

import csv
import os
import sqlite3
import statistics
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sql"))
from progress import Progress  # noqa: E402

SHELL = ["sqlite3", "-init", "/dev/null", "-batch", "-bail"]
READ_ALL = "SELECT count(*), sum(length(caption)), sum(length(url)) FROM images;\n"


class Image:
    __slots__ = ["id", "caption", "url"]

    def __init__(self, id, caption, url):
        self.id = id
        self.caption = caption
        self.url = url


def hold_objects(rows, id):
    """The worker with Python objects: prints its answer, and waits for the end of its input."""
    images = {}
    if rows:
        source = sqlite3.connect(rows)
        images = {row[0]: Image(*row) for row in source.execute("SELECT id, caption, url FROM rows")}
        source.close()
    print(images[int(id)].url if rows else "no rows", flush=True)
    sys.stdin.read()


def text(value):
    return "'%s'" % value.replace("'", "''")


def variants(rows, extension, snapshot, id):
    """Name; command, what it reads first, and then, for workers with rows and for those without."""
    load = '.load "%s"\n' % os.path.splitext(extension)[0]
    first = "SELECT url FROM images WHERE id = %d;\n" % id
    ordinary = (
        "ATTACH %s AS source; CREATE TABLE images(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);"
        "INSERT INTO images SELECT id, caption, url FROM source.rows; DETACH source;\n" % text(rows)
    )
    mapped = "CREATE VIRTUAL TABLE images USING slots(snapshot=%s);\n" % text(snapshot)
    file = "CREATE TEMP VIEW images AS SELECT * FROM rows;\n"
    shell, idle = [*SHELL, ":memory:"], "SELECT 'no rows';\n"
    over_file = [*SHELL, "-mmap", str(1 << 40), rows]
    python = [sys.executable, os.path.abspath(__file__), "hold"]
    return [
        ("ordinary tables in memory", (shell, ordinary + first, READ_ALL), (shell, idle, "")),
        ("one database file, mmap_size", (over_file, file + first, READ_ALL), (shell, idle, "")),
        ("Python objects with __slots__", ([*python, rows, str(id)], "", ""), ([*python, "", ""], "", "")),
        ("slots, mapped", (shell, load + mapped + first, READ_ALL), (shell, load + idle, "")),
    ]


def pss(pid):
    with open("/proc/%d/smaps_rollup" % pid) as maps:
        return sum(int(line.split()[1]) * 1024 for line in maps if line.startswith("Pss:"))


def start(command, script):
    """A worker that has answered, and the seconds that it took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(script)
    process.stdin.flush()
    if not process.stdout.readline():
        sys.exit("workers.py: a worker has failed: %s %s" % (command, script))
    return process, time.perf_counter() - began


def measure(worker, workers):
    """The median of the seconds until the first answer, and the PSS of each of the workers."""
    command, script, more = worker
    processes, seconds = [], []
    try:
        for _ in range(workers):
            process, taken = start(command, script)
            processes.append(process)
            seconds.append(taken)
        for process in processes:
            process.stdin.write(more)
            process.stdin.flush()
            if more and not process.stdout.readline():
                sys.exit("workers.py: a worker has failed: %s" % more)
        sizes = [pss(process.pid) for process in processes]
    finally:
        for process in processes:
            process.stdin.close()
            process.wait()
    return statistics.median(seconds), sizes


def save_snapshot(rows, extension, snapshot):
    """Loads the rows and saves them, showing how far that is; the bytes of the table that the file replaces."""
    statements = [
        "ATTACH %s AS source" % text(rows),
        "CREATE VIRTUAL TABLE temp.images USING slots(content='source.rows')",
        "SELECT count(*) FROM images",
        "INSERT INTO images(images) VALUES('optimize')",
        "SELECT slots_save('images', %s)" % text(snapshot),
        "SELECT value FROM slots_stats('images') WHERE name = 'bytes'",
    ]
    load = os.path.splitext(extension)[0]
    if not hasattr(sqlite3.Connection, "enable_load_extension"):
        script = '.load "%s"\n%s;\n' % (load, ";\n".join(statements))
        answer = subprocess.run([*SHELL, ":memory:"], input=script, stdout=subprocess.PIPE, check=True, text=True)
        return int(answer.stdout.split()[-1])
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(load)
    with Progress(load):
        for statement in statements:
            answer = db.execute(statement).fetchall()
    db.close()
    return answer[0][0]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    rows, extension, out = (os.path.abspath(path) for path in sys.argv[1:4])
    workers = int(sys.argv[4]) if len(sys.argv) > 4 else 4
    snapshot = os.path.join(out, "workers.slots")
    if not os.path.exists("/proc/self/smaps_rollup"):
        sys.exit("workers.py: the system does not tell what processes share (/proc/PID/smaps_rollup)")
    table = save_snapshot(rows, extension, snapshot)
    source = sqlite3.connect(rows)
    count, = source.execute("SELECT count(*) FROM rows").fetchone()
    id, = source.execute("SELECT id FROM rows LIMIT 1 OFFSET ?", (min(1000, count - 1),)).fetchone()
    source.close()

    results = []
    for name, worker, idle in variants(rows, extension, snapshot, id):
        nothing = sum(measure(idle, workers)[1])
        seconds, sizes = measure(worker, workers)
        results.append((name, max(sizes) - nothing / workers, sum(sizes) - nothing, seconds))

    with open(os.path.join(out, "workers.csv"), "w", newline="") as file:
        csv.writer(file).writerows([("variant", "bytes_a_worker", "bytes_in_all", "seconds"), *results])
    with open(os.path.join(out, "workers.md"), "w") as file:
        file.write("| %d workers, %s rows | MB a worker (PSS) | MB in all | first answer, s |\n" % (workers, f"{count:,}"))
        file.write("|---|---:|---:|---:|\n")
        for name, each, whole, seconds in results:
            file.write("| %s | %.1f | %.1f | %.3f |\n" % (name, each / 1e6, whole / 1e6, seconds))
    with open(os.path.join(out, "workers.md")) as file:
        print(file.read())
    print("slots, mapped: %.3f copies of the table, %.1f MB, in the memory of %d processes; the file has %.1f %% of its size"
          % (results[-1][2] / table, table / 1e6, workers, os.path.getsize(snapshot) * 100 / table))


if len(sys.argv) > 1 and sys.argv[1] == "hold":
    hold_objects(*sys.argv[2:4])
else:
    main()
