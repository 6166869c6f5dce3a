# functions.sh: what the scripts of this folder share; read by each after it has set `here`, the folder.

fail() { echo "bench/$(basename "$0"): $*" >&2; exit 1; }
absolute() { case $1 in /*) echo "$1" ;; *) echo "$(pwd)/$1" ;; esac; }

# SQLite's shell, without the user's settings, until something fails.
sql() { sqlite3 -init /dev/null -batch -bail "$@"; }

# A word as the shell's dot-commands read it, and as a text in SQL.
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'; }
sql_text() { printf '%s' "$1" | sed "s/'/''/g; s/^/'/; s/\$/'/"; }
