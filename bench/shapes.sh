#!/bin/sh
# shapes.sh: rows of many shapes, what they take and how long they take, in an ordinary table and in a slots table.
#
#     sh bench/shapes.sh              all shapes, about a minute
#     SHAPES="JSON|log" sh ...        those whose names match
#
#     SLOTS   the extension (build/slots.so)
#     OUT     where the rows that words are taken from are kept for the next run (build/bench)
#
# Everything is made up: words from sql/generate.sql's rows, numbers at random, others each time. Prints a Markdown table:
# bytes a row by sqlite3_memory_used, after 'optimize'; times of the slots table as a multiple of the ordinary one's, one run
# each: load (INSERT ... SELECT and 'optimize'), all columns by id, all columns of all rows.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/functions.sh"
OUT=${OUT:-$here/../build/bench}
SLOTS=${SLOTS:-$here/../build/slots.so}
[ -r "$SLOTS" ] || fail "$SLOTS is missing: run make bench-shapes"
mkdir -p "$OUT"
words=$(ROWS=200000 sh "$here/rows.sh" "$OUT")
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# shape NAME ROWS COLUMNS SELECT: COLUMNS as in CREATE TABLE; SELECT gives their values for numbers n(i) and words w(id, caption, url).
shape() {
    echo "$1" | grep -qE "${SHAPES:-.}" || return 0
    lengths=$(echo "$3" | sed "s/ [A-Z]*\(,\|$\)/\1/g; s/, */ || '') + length(/g; s/.*/sum(length(& || ''))/")
    sql :memory: > "$log" 2>&1 << END || fail "$1: $(cat "$log")"
.load $(quoted "$SLOTS")
ATTACH $(sql_text "$words") AS words;
CREATE TEMP TABLE w AS SELECT row_number() OVER (ORDER BY id) AS id, coalesce(caption, '') AS caption, url FROM words.rows;
CREATE UNIQUE INDEX temp.w_id ON w(id);
CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) SELECT i FROM n;
CREATE TEMP TABLE source AS $4;
CREATE TEMP TABLE key AS SELECT abs(random()) % $2 + 1 AS id FROM w LIMIT 20000;
.print phase begin
.stats
.print phase ordinary
.timer on
CREATE TABLE o(id INTEGER PRIMARY KEY, $3);
INSERT INTO o SELECT rowid, * FROM source;
.timer off
.stats
.print phase slots
.timer on
CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, $3);
INSERT INTO t SELECT rowid, * FROM source;
INSERT INTO t(t) VALUES ('optimize');
.timer off
.stats
.print phase by_id
.timer on
SELECT $lengths FROM key JOIN o USING (id);
.print phase slots_by_id
SELECT $lengths FROM key JOIN t USING (id);
.print phase scan
SELECT $lengths FROM o;
.print phase slots_scan
SELECT $lengths FROM t;
.timer off
.print phase check
SELECT 'differ', count(*) FROM (SELECT * FROM o EXCEPT SELECT * FROM t);
END
    awk -v name="$1" -v rows="$2" '
        $1 == "phase"    { phase = $2 }
        /^Run Time:/     { time[phase] += $6 + $8 }
        /^Memory Used:/  { used[phase] = $3 }
        /^differ/        { differ = $0 }
        function ratio(a, b) { return time[b] > 0 ? sprintf("%.1f", time[a] / time[b]) : "-" }
        END {
            if (differ != "differ|0") { print name ": the rows are not the same" > "/dev/stderr"; exit 1 }
            o = (used["ordinary"] - used["begin"]) / rows; s = (used["slots"] - used["ordinary"]) / rows
            printf "| %s | %d | %.1f | %.1f | %.1f | %s | %s | %s |\n", name, rows, o, s, o / s,
                   ratio("slots", "ordinary"), ratio("slots_by_id", "by_id"), ratio("slots_scan", "scan")
        }' "$log" || fail "$1: wrong result"
}
columns() { seq -f "$1" -s "$2" 1 "$3"; }

echo "| rows | number | ordinary, bytes a row | slots, bytes a row | times smaller | load | by id | scan |"
echo "|---|---:|---:|---:|---:|---:|---:|---:|"
shape "captions and urls" 200000 "caption TEXT, url TEXT" "SELECT caption, url FROM w"
shape "documents of 5 KB" 2000 "title TEXT, body TEXT" \
    "SELECT max(caption), group_concat(caption, '. ') FROM w GROUP BY (id - 1) / 100"
shape "JSON objects" 100000 "body TEXT" \
    "SELECT json_object('id', i, 'title', caption, 'image', url, 'price', abs(random()) % 100000 / 100.0,
            'stars', abs(random()) % 5 + 1, 'tags', json_array(substr(caption, 1, 8), 'hotel')) FROM n JOIN w ON id = i"
shape "log lines" 100000 "line TEXT" \
    "SELECT printf('10.%d.%d.%d - - [%s] \"GET %s HTTP/1.1\" %d %d', i % 4, abs(random()) % 256, abs(random()) % 256,
            datetime(1700000000 + i / 3, 'unixepoch'), substr(url, 24), iif(random() % 20, 200, 404),
            abs(random()) % 100000) FROM n JOIN w ON id = i"
shape "people: name, e-mail, telephone, city" 100000 "name TEXT, email TEXT, phone TEXT, city TEXT" \
    "SELECT first || ' ' || last, lower(first) || '.' || lower(last) || i % 97 || '@example.' || iif(i % 3, 'com', 'org'),
            printf('+1 555 %07d', abs(random()) % 10000000), substr('LondonParisMadridLisbonViennaBerlin', i % 6 * 6 + 1, 6)
     FROM (SELECT i, substr(a.caption, 1, 5 + i % 3) AS first, substr(b.caption, -6) AS last FROM n
           JOIN w AS a ON a.id = i JOIN w AS b ON b.id = i * 7919 % 200000 + 1)"
shape "products: number, name, slug, address" 100000 "sku TEXT, name TEXT, slug TEXT, address TEXT" \
    "SELECT sku, name, slug, 'https://shop.example.com/p/' || slug FROM (
        SELECT sku, name, lower(replace(name, ' ', '-')) AS slug FROM (
            SELECT printf('SK%06d', i * 7) AS sku, substr(caption, 1, 30) || printf(' SK%06d', i * 7) AS name
            FROM n JOIN w ON id = i))"
shape "UUID and date" 100000 "uuid TEXT, created TEXT" \
    "SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' ||
            substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))), datetime(1700000000 + i * 37, 'unixepoch') FROM n"
shape "numbers: 6 integers, 2 reals" 100000 "a INT, b INT, c INT, d INT, e INT, f INT, g REAL, h REAL" \
    "SELECT i / 10, abs(random()) % 100, 1700000000 + i * 60 + abs(random()) % 60, abs(random()) % 100000, i % 7,
            random(), abs(random()) % 10000 / 100.0, random() / 9e18 FROM n"
shape "few distinct values: 5 columns" 200000 "country TEXT, status TEXT, currency TEXT, flag INT, class TEXT" \
    "SELECT substr('DEFRGBUSITES', abs(random()) % 6 * 2 + 1, 2), substr('open  closedpaid  ', abs(random()) % 3 * 6 + 1, 6),
            iif(random() % 9, 'EUR', 'USD'), random() % 2, char(65 + abs(random()) % 8) FROM n"
shape "300 text columns" 3000 "$(columns 'c%g TEXT' ', ' 300)" "SELECT $(columns "'item ' || (i * %g %% 977)" ', ' 300) FROM n"
shape "random texts of 32 characters" 100000 "token TEXT" \
    "SELECT (SELECT group_concat(char(48 + abs(random() + 0 * id * i) % 75), '') FROM w WHERE id <= 32) FROM n"
shape "random blobs of 10 KB" 2000 "body BLOB" "SELECT randomblob(10240) FROM n"
