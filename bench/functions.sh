# functions.sh: what the scripts of this folder share; read by each after it has set `here`, the folder.

fail() { echo "bench/$(basename "$0"): $*" >&2; exit 1; }
absolute() { case $1 in /*) echo "$1" ;; *) echo "$(pwd)/$1" ;; esac; }

# SQLite's shell, without the user's settings, until something fails.
sql() { sqlite3 -init /dev/null -batch -bail "$@"; }

# The columns of those named that a table of a database lacks, with a comma before each but the first.
missing_columns() {
    database=$1 table=$2 comma=
    shift 2
    for column; do
        [ "$(sql "$database" "SELECT count(*) FROM pragma_table_info('$table') WHERE lower(name) = '$column'")" = 1 ] && continue
        printf '%s' "$comma$column"
        comma=', '
    done
}

# A word as the shell's dot-commands read it, and as a text in SQL.
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'; }
sql_text() { printf '%s' "$1" | sed "s/'/''/g; s/^/'/; s/\$/'/"; }
