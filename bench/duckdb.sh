#!/bin/sh
# duckdb.sh: the same rows in slots and in DuckDB (bench/duckdb.mjs), with the rows made first.
#
#     sh bench/duckdb.sh                        a million synthetic rows (sql/generate.sql)
#     ROWS=50000 sh bench/duckdb.sh             fewer
#     DATA=images.csv sh bench/duckdb.sh        your rows: CSV with a header line id,caption,url
#
#     SLOTS   the extension (build/slots.so)
#     NODE    a folder with node_modules: node and @duckdb/node-api
#     OUT     where the results go (build/bench): duckdb.md, and the rows for the next run

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"
OUT=${OUT:-$here/../build/bench}
SLOTS=${SLOTS:-$here/../build/slots.so}
NODE=${NODE:-$here/../build/duckdb}
mkdir -p "$OUT"

rows=$(sh "$here/rows.sh" "$OUT")
csv=${rows%.db}.csv
trap 'rm -f "$csv" "$NODE/duckdb.mjs"' EXIT
sql -csv -header "$rows" "SELECT id, caption, url FROM rows ORDER BY id" > "$csv"

# A module finds its packages beside itself.
cp "$here/duckdb.mjs" "$NODE/"
"$NODE/node_modules/.bin/node" --no-warnings "$NODE/duckdb.mjs" "$rows" "$csv" "$SLOTS" "$OUT"
