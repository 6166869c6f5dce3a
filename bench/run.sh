#!/bin/sh
# run.sh: compares the memory that the same rows take in ordinary tables, JSON, slots and Python objects.
#
#     sh bench/run.sh                           a million synthetic rows (sql/generate.sql)
#     ROWS=50000 sh bench/run.sh                fewer
#     DATA=images.csv sh bench/run.sh           your rows: CSV with a header line id,caption,url
#
#     SLOTS   the extension (build/slots.so); empty: measure the others only
#     OUT     where the results go (build/bench)
#
# Leaves there: memory.md (the table), memory.csv (the numbers), memory.svg (the chart), rows-*.db (the rows,
# kept for the next run).

set -eu
start=$(pwd)
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"
OUT=$(absolute "${OUT:-$here/../build/bench}")
SLOTS=${SLOTS-$here/../build/slots.so}
DATA=${DATA:-}

# What is needed ---------------------------------------------------------------------------------------------

for program in sqlite3:sqlite3 gnuplot:gnuplot-nox; do
    command -v "${program%:*}" > /dev/null ||
        fail "${program%:*} is missing; Debian's package ${program#*:} has it"
done
[ -z "$SLOTS" ] || [ -r "$SLOTS" ] || fail "$SLOTS is missing: run make first"
[ -z "$SLOTS" ] || SLOTS=$(absolute "$SLOTS")
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)

# Whether SQL, its argument, runs on an in-memory database.
try() { sql :memory: "$@" > /dev/null 2>&1; }

# The rows ---------------------------------------------------------------------------------------------------

began=$(date +%s)
say() { printf '[%4d s] %s' $(($(date +%s) - began)) "$1"; }

rows=$(sh "$here/rows.sh" "$OUT")
title=$([ -n "$DATA" ] && basename "$DATA" || echo "synthetic hotel photos")

# The variants -----------------------------------------------------------------------------------------------

results=$OUT/results.csv
echo 'variant,name,rows,sqlite_bytes,process_bytes,peak_bytes,seconds,note' > "$results"

# measure VARIANT NAME: a line of the results. skip VARIANT NAME WHY: the same without figures.
measure() {
    say "$(printf '%-34s' "$2")"
    case $1 in slots*) extension=$SLOTS ;; *) extension= ;; esac
    figures=$(sh "$here/measure.sh" "$1" "$rows" "$extension") || { echo; fail "$2 failed, see above"; }
    echo "$figures" | awk '{ printf "%7.1f bytes a row\n", ($3 == "-" ? $2 : $3) / $1 }'
    echo "$1,\"$2\",$(echo "$figures" | tr ' ' ',')," >> "$results"
}
skip() {
    say "$(printf '%-34s  %s' "$2" "$3")"
    echo
    echo "$1,\"$2\",-,-,-,-,-,\"$3\"" >> "$results"
}

measure ordinary      "ordinary table"
measure ordinary_url  "ordinary table, index on url"
measure without_rowid "WITHOUT ROWID table"
measure json          "JSON text column"
if try "SELECT jsonb_object()"; then
    measure jsonb     "JSONB column"
else
    skip jsonb        "JSONB column" "needs SQLite 3.45"
fi

if [ -z "$SLOTS" ]; then
    skip slots        "slots" "not measured"
else
    measure slots         "slots"
    measure slots_fast    "slots, fast"
    measure slots_small   "slots, small"
    measure slots_threads "slots, PRAGMA threads = 1"
    measure slots_url     "slots, index on url"
fi

if command -v python3 > /dev/null && python3 -c 'import sqlite3' 2> /dev/null; then
    measure python-dict       "Python objects with a dict"
    measure python-slots      "Python objects with __slots__"
    measure python-namedtuple "Python namedtuples"
else
    skip python-dict          "Python objects" "needs python3"
fi

# The report -------------------------------------------------------------------------------------------------

cd "$OUT"
sql :memory: < "$here/report.sql" || fail "bench/report.sql failed"
count=$(sql "$rows" "SELECT count(*) FROM rows")
title="$(sql :memory: "SELECT printf('%,d', $count)") rows: $title"
gnuplot -e "title='$(echo "$title" | tr -d "'")'" "$here/chart.gp" || fail "bench/chart.gp failed"
sed -e '2s/-|/:|/g' -e '2s/:|/-|/' memory.new > memory.md && rm memory.new

echo
echo "$title, SQLite $(sqlite3 -version | cut -d' ' -f1)"
echo
cat memory.md
echo
echo "process: growth of the process's private resident memory; SQLite: growth of sqlite3_memory_used();"
echo "load: beyond the time of only reading the rows. Every table was compared with the source, row by row."
[ "$count" -ge 10000 ] || echo "Of so few rows most is what each variant takes whatever the rows, and times are noise."
echo "Chart: ${OUT#"$start/"}/memory.svg   numbers: ${OUT#"$start/"}/memory.csv"
