#!/bin/sh
# rows.sh: makes the database of source rows, a file with one table rows(id, caption, url).
#
#     sh bench/rows.sh generate ROWS rows.db      ROWS synthetic rows, by sql/generate.sql
#     sh bench/rows.sh import FILE.csv rows.db    the rows of a CSV file with a header line id,caption,url
#
# The file appears under its name only when it is complete.

set -eu
fail() { echo "bench/rows.sh: $*" >&2; exit 1; }
sql() { sqlite3 -init /dev/null -batch -bail "$@"; }
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'; }   # as the shell's dot-commands read it

[ $# -eq 3 ] || fail "usage: rows.sh generate ROWS rows.db, or: rows.sh import FILE.csv rows.db"
here=$(cd "$(dirname "$0")" && pwd)
from=$2
target=$3
new=$target.new
rm -f "$new"
trap 'rm -f "$new"' EXIT

case $1 in
generate)
    case $from in
    '' | *[!0-9]* | 0*) fail "ROWS must be a number of rows, such as 50000, not '$from'" ;;
    esac
    sql -cmd "PRAGMA synchronous = off" -cmd ".param set :rows $from" "$new" < "$here/../sql/generate.sql" ||
        fail "sql/generate.sql failed"
    ;;
import)
    [ -r "$from" ] || fail "cannot read $from"
    sql "$new" "PRAGMA synchronous = off" ".import --csv $(quoted "$from") import" ||
        fail "$from cannot be read as CSV"
    for column in id caption url; do
        [ "$(sql "$new" "SELECT count(*) FROM pragma_table_info('import') WHERE lower(name) = '$column'")" = 1 ] ||
            fail "$from has no column $column: its first line must name the columns id, caption and url"
    done
    sql "$new" < "$here/import.sql" ||
        fail "$from: each id must be an integer, and no id may come twice"
    [ "$(sql "$new" 'SELECT count(*) FROM rows')" != 0 ] || fail "$from has no rows"
    ;;
*) fail "unknown command $1" ;;
esac
mv "$new" "$target"
