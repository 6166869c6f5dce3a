#!/bin/sh
# text.sh: size and speed of the text coding alone, column by column, and of matching LIKE patterns on what is coded.
#
#     sh bench/text.sh                                   200,000 synthetic rows (sql/generate.sql)
#     DATA=images.csv sh bench/text.sh                   your rows: CSV with a header line id,caption,url
#     PATTERNS="%river% %T07799%" sh bench/text.sh       other patterns
#
#     BUILD    where text_bench and match_bench, of the same names in this folder, are (build)
#     OUT      where the rows are kept for the next run (build/bench)
#
# What the columns mean is said in bench/text_bench.c and bench/match_bench.c.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"
BUILD=${BUILD:-$here/../build}
OUT=${OUT:-$BUILD/bench}
for program in text_bench match_bench; do
    [ -x "$BUILD/$program" ] || fail "$BUILD/$program is missing: run make bench-text"
done
mkdir -p "$OUT"
rows=$(ROWS=${ROWS:-200000} sh "$here/rows.sh" "$OUT")
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT

for column in caption url; do
    # A string is a line here, so those that have several become one.
    sql "$rows" \
        "SELECT replace(coalesce($column, ''), char(10), ' ') FROM rows ORDER BY id" > "$lines"
    for profile in balanced fast small; do
        echo "$column, $profile"
        "$BUILD/text_bench" "$profile" < "$lines"
        echo
    done
    echo "$column, LIKE"
    set -f                                             # patterns are no names of files
    "$BUILD/match_bench" ${PATTERNS:-%river% %zebra% %xylophone% %e%} < "$lines"
    set +f
    echo
done
