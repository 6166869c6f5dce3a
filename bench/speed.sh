#!/bin/sh
# speed.sh: times queries on slots tables against an ordinary in-memory table.
#
#     sh bench/speed.sh                                  a million synthetic rows (sql/generate.sql)
#     ROWS=10000000 sh bench/speed.sh                    more: takes minutes, and 6 GB of memory
#     DATA=images.csv sh bench/speed.sh                  your rows: CSV with a header line id,caption,url
#     ARTWORKS=artworks.csv DATA=images.csv ...          and those of the table of 13 columns
#
#     SLOTS    the extension (build/slots.so)            DRIVER   bench/speed_driver.c, compiled (build/speed_driver)
#     OUT      where the rows are kept for the next run (build/bench)
#     QUERIES  other queries than bench/speed.sql; GROWTH=  (empty) leaves out bench/speed_growth.sql
#
# How a time is taken is said in bench/speed_driver.c, what is asked in bench/speed.sql. In short: the same SQL runs on
# an ordinary table, on a slots table and on one with compress='fast', in turn, in one process; processor time;
# the least of up to 15 rounds. A ratio below 1 means that slots is faster.

set -eu
fail() { echo "bench/speed.sh: $*" >&2; exit 1; }
sql() { sqlite3 -init /dev/null -batch -bail "$@"; }
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'; }   # as the shell's dot-commands read it

here=$(cd "$(dirname "$0")" && pwd)
OUT=${OUT:-$here/../build/bench}
SLOTS=${SLOTS:-$here/../build/slots.so}
DRIVER=${DRIVER:-$here/../build/speed_driver}
DATA=${DATA:-}
ARTWORKS=${ARTWORKS:-}
ROWS=${ROWS:-1000000}
for file in "$SLOTS" "$DRIVER"; do
    [ -r "$file" ] || fail "$file is missing: run make bench-speed"
done
mkdir -p "$OUT"

# The rows ---------------------------------------------------------------------------------------------------

if [ -n "$DATA" ]; then
    rows=$OUT/speed-data.db
    sh "$here/rows.sh" import "$DATA" "$rows"
    title=$(basename "$DATA")
else
    rows=$OUT/speed-$ROWS.db
    title="synthetic hotel photos"
    if [ -z "$(find "$rows" -newer "$here/../sql/generate.sql" 2> /dev/null)" ]; then
        sh "$here/rows.sh" generate "$ROWS" "$rows"
    fi
fi
if [ -n "$ARTWORKS" ]; then
    [ -r "$ARTWORKS" ] || fail "cannot read $ARTWORKS"
    sql "$rows" "DROP TABLE IF EXISTS artworks" ".import --csv $(quoted "$ARTWORKS") artworks"
fi
words=$(mktemp)
trap 'rm -f "$words"' EXIT
sql "$rows" < "$here/speed_prepare.sql" > "$words" || fail "bench/speed_prepare.sql failed"
count=$(sql "$rows" "SELECT count(*) FROM rows")

# The times --------------------------------------------------------------------------------------------------

echo "$(sql :memory: "SELECT printf('%,d', $count)") rows: $title, SQLite $(sqlite3 -version | cut -d' ' -f1)"
echo
{
    sed -f "$words" "${QUERIES:-$here/speed.sql}"
    rows_tried=10000
    while [ -n "${GROWTH-yes}" ] && [ "$rows_tried" -le "$count" ]; do
        grouped=$(sql :memory: "SELECT printf('%,d', $rows_tried)")
        sed "s/{rows}/$rows_tried/g; s/{rows,}/$grouped/g" "$here/speed_growth.sql"
        rows_tried=$((rows_tried * 10))
    done
} | "$DRIVER" "$SLOTS" "$rows"
