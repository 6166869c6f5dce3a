#!/bin/sh
# speed.sh: times queries on slots tables against an ordinary in-memory table.
#
#     sh bench/speed.sh                                  a million synthetic rows (sql/generate.sql)
#     ROWS=10000000 sh bench/speed.sh                    more: takes minutes, and 6 GB of memory
#     DATA=images.csv sh bench/speed.sh                  your rows: CSV with a header line id,caption,url
#     ARTWORKS=artworks.csv DATA=images.csv ...          and those of the table of 13 columns (@rows in bench/speed.sql)
#
#     SLOTS    the extension (build/slots.so)            DRIVER   bench/speed_driver.c, compiled (build/speed_driver)
#     OUT      where the rows are kept for the next run (build/bench)
#     QUERIES  other queries than bench/speed.sql
#     COUNT    1: instructions instead of times, and whose they are (bench/instructions.awk); minutes
#
# How a time is taken is said in bench/speed_driver.c, what is asked in bench/speed.sql. In short: the same SQL runs on
# an ordinary table, on a slots table and on one with compress='fast', in turn, in one process; processor time;
# the least of up to 15 rounds. A ratio below 1 means that slots is faster.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"
OUT=${OUT:-$here/../build/bench}
SLOTS=${SLOTS:-$here/../build/slots.so}
DRIVER=${DRIVER:-$here/../build/speed_driver}
DATA=${DATA:-}
ARTWORKS=${ARTWORKS:-}
for file in "$SLOTS" "$DRIVER"; do
    [ -r "$file" ] || fail "$file is missing: run make bench-speed"
done
mkdir -p "$OUT"

# The rows ---------------------------------------------------------------------------------------------------

rows=$(sh "$here/rows.sh" "$OUT")
title=$([ -n "$DATA" ] && basename "$DATA" || echo "synthetic hotel photos")
if [ -n "$ARTWORKS" ]; then
    [ -r "$ARTWORKS" ] || fail "cannot read $ARTWORKS"
    sql "$rows" "DROP TABLE IF EXISTS artworks" ".import --csv $(quoted "$ARTWORKS") artworks" ||
        fail "$ARTWORKS cannot be read as CSV"
    missing=$(missing_columns "$rows" artworks id acno artist title date_text year acquired width_mm height_mm units \
        medium thumbnail_url page_url)
    if [ -n "$missing" ]; then
        sql "$rows" "DROP TABLE artworks"
        fail "$ARTWORKS has no column $missing: its first line must name the columns that bench/speed.sql reads"
    fi
fi
words=$(mktemp)
trap 'rm -f "$words"' EXIT
sql "$rows" < "$here/speed_prepare.sql" > "$words" || fail "bench/speed_prepare.sql failed"
count=$(sql "$rows" "SELECT count(*) FROM rows")

# The times --------------------------------------------------------------------------------------------------

echo "$(sql :memory: "SELECT printf('%,d', $count)") rows: $title, SQLite $(sqlite3 -version | cut -d' ' -f1)"
echo
if [ -z "${COUNT:-}" ]; then
    sed -f "$words" "${QUERIES:-$here/speed.sql}" | "$DRIVER" "$SLOTS" "$rows"
    exit
fi
passes=$(mktemp -d)
trap 'rm -rf "$words" "$passes"' EXIT
sed -f "$words" "${QUERIES:-$here/speed.sql}" |
    valgrind -q --tool=callgrind --callgrind-out-file="$passes/pass" \
        --toggle-collect=run_pass --dump-after=run_pass "$DRIVER" "$SLOTS" "$rows" count |
    awk -v passes="$passes" -f "$here/instructions.awk"
