#!/bin/sh
# workers.sh: the memory of four processes over the same rows (bench/workers.py), with the rows made first.
#
#     sh bench/workers.sh                       a million synthetic rows (sql/generate.sql)
#     ROWS=50000 sh bench/workers.sh            fewer
#     DATA=images.csv sh bench/workers.sh       your rows: CSV with a header line id,caption,url
#
#     SLOTS   the extension (build/slots.so)
#     OUT     where the results go (build/bench): workers.md, workers.csv, and the rows for the next run

set -eu
here=$(cd "$(dirname "$0")" && pwd)
OUT=${OUT:-$here/../build/bench}
SLOTS=${SLOTS:-$here/../build/slots.so}
mkdir -p "$OUT"

if ! command -v python3 > /dev/null || [ ! -r /proc/self/smaps_rollup ]; then
    echo "bench/workers.sh: skipped: needs python3, and Linux, which tells what processes share"
    exit 0
fi
rows=$(sh "$here/rows.sh" "$OUT")
exec python3 "$here/workers.py" "$rows" "$SLOTS" "$OUT"
