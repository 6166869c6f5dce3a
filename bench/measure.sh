#!/bin/sh
# measure.sh: measures one variant in a process of its own.
#
#     sh bench/measure.sh ordinary rows.db                 bench/ordinary.sql over the rows of rows.db
#     sh bench/measure.sh slots rows.db build/slots.so     the same with an extension loaded first
#     sh bench/measure.sh python-dict rows.db              an object of bench/contestants.py
#
# Prints one line: rows, bytes by SQLite's count, bytes by process memory, peak by SQLite's count, seconds to
# load (beyond reading the rows). A figure that does not exist is "-". Fails when the table's rows are not the
# source's.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"

variant=$1
rows=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
extension=${3:-}
[ -z "$extension" ] || extension=$(cd "$(dirname "$extension")" && pwd)/$(basename "$extension")
cd "$here/.."

case $variant in
python-*)
    python3 bench/contestants.py "${variant#python-}" "$rows" |
        awk '{ print $1, "-", $2, "-", $3 - $4; found = 1 } END { exit !found }' || fail "$variant failed"
    exit
    ;;
esac

log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
    [ -z "$extension" ] || echo ".load $(quoted "$extension")"
    echo "ATTACH $(sql_text "$rows") AS source;"
    echo ".read bench/before.sql"
    echo ".read bench/$variant.sql"
    echo ".read bench/after.sql"
} | sql -list :memory: > "$log" || fail "$variant failed"

# "private" is followed by the number that bench/private.sh printed.
awk '
    $1 == "phase"      { phase = $2 }
    /^rows\|/          { split($0, part, "|"); rows = part[2] }
    /^Run Time: real/  { seconds[phase] += $4 }
    /^Memory Used:/    { used[phase] = $3; split($0, part, /max /); peak = part[2] + 0 }
    last == "private"  { private[phase] = $1 }
    /^(scan|look-up)\|/ { if (!/\|same$/) wrong = wrong "\n    " $0; else same++ }
    { last = $1 }
    END {
        if (wrong != "" || same != 2) {
            print "the rows that come back are not the rows that went in" wrong > "/dev/stderr"
            exit 1
        }
        process = private["before"] == "-" ? "-" : sprintf("%.0f", private["after"] - private["before"])
        printf "%d %.0f %s %.0f %.3f\n", rows, used["after"] - used["before"], process,
               peak - used["before"], seconds["load"] - seconds["read"]
    }' "$log" || fail "$variant: wrong result"
