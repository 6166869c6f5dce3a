#!/bin/sh
# rows.sh: makes the database of source rows, a file with one table rows(id, caption, url), and prints its path.
#
#     ROWS=50000 sh bench/rows.sh DIR             synthetic rows, by sql/generate.sql; kept in DIR for the next time
#     DATA=images.csv sh bench/rows.sh DIR        the rows of a CSV file with a header line id,caption,url
#
# Without both there are a million synthetic rows. The file appears under its name only when it is complete.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"
[ $# -eq 1 ] && [ -d "$1" ] || fail "usage: rows.sh DIR"
DATA=${DATA:-}
ROWS=${ROWS:-1000000}

generate() {
    case $ROWS in
    '' | *[!0-9]* | 0*) fail "ROWS must be a number of rows, such as 50000, not '$ROWS'" ;;
    esac
    echo "generating $ROWS rows" >&2
    sql -cmd "PRAGMA synchronous = off" -cmd ".param set :rows $ROWS" "$new" < "$here/../sql/generate.sql" ||
        fail "sql/generate.sql failed"
}

import() {
    [ -r "$DATA" ] || fail "cannot read $DATA"
    sql "$new" "PRAGMA synchronous = off" ".import --csv $(quoted "$DATA") import" ||
        fail "$DATA cannot be read as CSV"
    missing=$(missing_columns "$new" import id caption url)
    [ -z "$missing" ] || fail "$DATA has no column $missing: its first line must name the columns id, caption and url"
    sql "$new" < "$here/import.sql" ||
        fail "$DATA: each id must be an integer, and no id may come twice"
    [ "$(sql "$new" 'SELECT count(*) FROM rows')" != 0 ] || fail "$DATA has no rows"
}

[ -n "$DATA" ] && target=$1/rows-data.db || target=$1/rows-$ROWS.db
if [ -n "$DATA" ] || [ -z "$(find "$target" -newer "$here/../sql/generate.sql" 2> /dev/null)" ]; then
    new=$target.new
    rm -f "$new"
    trap 'rm -f "$new"' EXIT
    if [ -n "$DATA" ]; then import; else generate; fi
    mv "$new" "$target"
fi
echo "$target"
