# snapshot_worker.tcl: a process that processes.test starts: it saves or reads a snapshot, over and over.
#
#   tclsh snapshot_worker.tcl EXTENSION save FILE MILLISECONDS WORD    saves tables each of whose rows
#                                                                      says WORD and a number, the same in all
#   tclsh snapshot_worker.tcl EXTENSION read FILE MILLISECONDS         reads the file, by follow and by refresh
#
# Prints the number of rounds, or what a reader has found wrong.

package require sqlite3

lassign $argv extension mode file milliseconds word
set rows 5000
set end [expr {[clock milliseconds] + $milliseconds}]

sqlite3 db :memory:
db enable_load_extension 1
db eval {SELECT load_extension($extension)}

proc save {} {
  global rows file word end
  db eval {CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, a TEXT, b TEXT, INDEX(a));
           WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < CAST($rows AS INT))
           INSERT INTO t SELECT i, '', 'row number ' || i FROM s}
  for {set round 0} {$round == 0 || [clock milliseconds] < $end} {incr round} {
    db eval {UPDATE t SET a = $word || ' ' || $round; SELECT slots_save('t', $file)}
  }
  return $round
}

# What is wrong with a table, or nothing: its rows must be those of one save.
proc problem {table} {
  global rows
  # One statement, so that a table that follows reads one file.
  db eval "SELECT count(*) AS count, count(DISTINCT a) AS words, sum(length(b)) AS size,\
           (SELECT count(*) FROM $table WHERE a = (SELECT a FROM $table WHERE id = 7)) AS indexed\
           FROM $table" row {}
  if {$row(count) == $rows && $row(words) == 1 && $row(indexed) == $rows && $row(size) == 73893} return
  return "$table: $row(count) rows, $row(words) words, $row(indexed) by index, $row(size) bytes"
}

proc read_on {} {
  global file end
  db eval "CREATE VIRTUAL TABLE f USING slots(snapshot='$file', follow=on);\
           CREATE VIRTUAL TABLE r USING slots(snapshot='$file')"
  for {set round 0} {$round == 0 || [clock milliseconds] < $end} {incr round} {
    db eval {INSERT INTO r(r) VALUES('refresh')}
    foreach table {f r} {
      set problem [problem $table]
      if {$problem ne ""} { return "round $round: $problem" }
    }
  }
  return $round
}

puts [expr {$mode eq "save" ? [save] : [read_on]}]
