#!/bin/sh
# scale.sh: does anything grow faster than the table? Sizes and times for more and more rows.
#
#     sh bench/scale.sh                       10,000 to ten million synthetic rows: ten minutes, 6 GB of memory, 4 GB of disk
#     ROWS=1000000 sh bench/scale.sh          up to so many
#
#     SLOTS   the extension (build/slots.so)     DRIVER   bench/speed_driver.c, compiled (build/speed_driver)
#     OUT     where the results go (build/bench): scale.md (the table), scale.csv (the numbers), scale.svg (the chart), and
#             the rows for the next run
#
# For each number of rows a table with an index on url, in a process of its own, goes through bench/scale.sql; single look-ups are
# timed beside an ordinary table's (bench/scale_lookup.sql). bench/scale_report.sql says what is expected of each figure, and marks
# what is beyond. Times are processor time; bytes are those that SQLite counts.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"
OUT=$(absolute "${OUT:-$here/../build/bench}")
SLOTS=$(absolute "${SLOTS:-$here/../build/slots.so}")
DRIVER=$(absolute "${DRIVER:-$here/../build/speed_driver}")
ROWS=${ROWS:-10000000}
for file in "$SLOTS" "$DRIVER"; do
    [ -r "$file" ] || fail "$file is missing: run make bench-scale"
done
mkdir -p "$OUT"
cd "$OUT"
trap 'rm -f scale.log scale.slots singles.sql' EXIT

# Prints lines of scale.csv out of what the shell printed: a figure a phase, times in microseconds for each row or change.
figures() {
    awk -v rows="$1" '
        $1 == "phase"     { phase = $2 }
        /^Run Time: real/ { time[phase] += ($6 + $8) * 1e6 }
        /^Memory Used:/   { used[phase] = $3; split($0, part, /max /); peak[phase] = part[2] + 0 }
        /^bytes\|/        { split($0, part, "|"); bytes[phase] = part[2] }
        /^keys\|/         { split($0, part, "|"); keys = part[2] }
        /^same\|1$/       { same = 1 }
        function line(name, value) { printf "%d,%s,%.4f\n", rows, name, value }
        END {
            if (!same) exit 1
            line("bytes", bytes["loaded"] / rows)
            line("bytes_resealed", bytes["resealed"] / rows)
            line("load_peak", (peak["loaded"] - used["loaded"]) / 1e6)
            line("reseal_peak", (peak["resealed"] - used["resealed"]) / 1e6)
            line("load", time["load"] / rows)
            line("update", time["update"] / (rows / 50))
            line("delete", time["delete"] / (rows / 50))
            line("single", time["single"] / (rows / 50 < 2000 ? rows / 50 : 2000))
            line("reseal", time["reseal"] / rows)
            line("save", time["save"] / rows)
            line("map", time["map"])
            line("join_id", time["join_id"] / keys)
            line("join_url", time["join_url"] / keys)
        }'
}

# The same out of the lines of bench/speed_driver.c: | title | per | ordinary | slots | ratio | fast | ratio |
lookups() {
    awk -F'|' -v rows="$1" '
        function us(cell) { split(cell, part, " "); return part[1] * (part[2] == "ns" ? .001 : part[2] == "ms" ? 1000 : 1) }
        function line(name, value) { printf "%d,%s,%.4f\n", rows, name, value }
        /^\| by_/ { gsub(/ /, "", $2); line($2 "_ordinary", us($4)); line($2, us($5)); line($2 "_fast", us($7)); found++ }
        END { exit found != 2 }'
}

echo 'rows,figure,value' > scale.csv
for rows in 10000 100000 1000000 3000000 10000000; do
    [ "$rows" -le "$ROWS" ] || break
    echo "$(date +%T) $rows rows"
    source=$(DATA= ROWS=$rows sh "$here/rows.sh" "$OUT")
    sql -cmd ".load $(quoted "$SLOTS")" -cmd "ATTACH $(sql_text "$source") AS source" :memory: < "$here/scale.sql" > scale.log || fail "bench/scale.sql failed"
    figures "$rows" < scale.log >> scale.csv || fail "$rows rows: the rows that come back are not the rows that went in"
    "$DRIVER" "$SLOTS" "$source" < "$here/scale_lookup.sql" > scale.log || fail "bench/speed_driver.c failed"
    lookups "$rows" < scale.log >> scale.csv || fail "bench/scale_lookup.sql gave no times"
done
[ "$(wc -l < scale.csv)" -gt 1 ] || fail "ROWS is below 10,000"

sql :memory: < "$here/scale_report.sql" > scale.md || fail "bench/scale_report.sql failed"
gnuplot "$here/scale.gp" || fail "bench/scale.gp failed"
echo
cat scale.md
