# common.tcl: what every test file begins with.
#
# A test file sources this, defines tests with tcltest's `test name description body result`,
# and ends with `finish`. Most of them hold a slots table against an ordinary one: connection
# `db` has a slots table, connection `ref` an ordinary table of the same name and columns, and
# the same SQL goes to both.

package require tcltest
package require sqlite3
namespace import -force ::tcltest::test

set root [file dirname [file dirname [file normalize [info script]]]]
set build [file join $root [expr {[info exists env(BUILD)] ? $env(BUILD) : "build"}]]
set extension [file join $build slots]
set extended [file join $build extended] ;# what Tcl has no word for
set memory [expr {[info exists env(MEMORY)] && $env(MEMORY) ne ""}] ;# valgrind: take small sizes
# The library that `make test-newer` puts in front is loaded now; the system's shell takes its own. (The runtime of the
# sanitizers, which is put in front too, is needed by whatever loads the extension.)
if {[info exists env(NEWER)] && $env(NEWER) ne ""} { unset -nocomplain env(LD_PRELOAD) }
set connections {}
set scratch {}

tcltest::configure -verbose {body error}

# ---- connections --------------------------------------------------------------------------------

# Opens connection `name` on `file` with the extension loaded.
proc open_slots {{name db} {file :memory:} args} {
  global extension
  open_plain $name $file {*}$args
  $name eval {SELECT load_extension($extension)}
}

# The same without the extension.
proc open_plain {name {file :memory:} args} {
  global connections
  close_connection $name
  sqlite3 $name $file {*}$args
  lappend connections $name
  $name enable_load_extension 1
  $name eval {SELECT load_extension($::extended)}
}

proc close_connection {name} {
  global connections
  set at [lsearch -exact $connections $name]
  if {$at < 0} return
  set connections [lreplace $connections $at $at]
  $name close
}

proc close_all {} {
  foreach name $::connections { close_connection $name }
}

# A path for a file that goes away with the test process.
proc scratch_file {name} {
  if {$::scratch eq ""} {
    set ::scratch [file join $::build scratch-[pid]]
    file mkdir $::scratch
  }
  return [file join $::scratch $name]
}

# A folder that looks like the checkout, with the extension that is tested in build/.
proc checkout {} {
  set folder [scratch_file checkout]
  if {![file exists $folder]} {
    file mkdir $folder
    file link $folder/sql [file join $::root sql]
    file link $folder/build $::build
  }
  return $folder
}

# ---- running SQL --------------------------------------------------------------------------------

# {0 rows} or {1 message}.
proc try_sql {sql {name db}} {
  set failed [catch {uplevel 1 [list $name eval $sql]} result]
  return [list $failed $result]
}

# A message, or "no error".
proc error_of {sql {name db}} {
  if {[catch {uplevel 1 [list $name eval $sql]} message]} { return $message }
  return "no error"
}

# The rows of a table, every value as an SQL literal, which tells its type and is exact to the bit.
proc literals {columns table {order "ORDER BY rowid"} {name db}} {
  set terms [lmap column $columns { string cat quote( $column ) }]
  return [$name eval "SELECT [join $terms ,] FROM $table $order"]
}

# The same for texts with zero bytes in them, at which quote() stops.
proc exact {columns table {order "ORDER BY rowid"} {name db}} {
  set terms {}
  foreach column $columns {
    lappend terms "typeof($column)||':'||CASE WHEN typeof($column) IN ('text','blob')\
                   THEN hex($column) ELSE quote($column) END"
  }
  return [$name eval "SELECT [join $terms ,] FROM $table $order"]
}

# "same", or where two lists begin to differ.
proc compare_lists {what left right} {
  if {$left eq $right} { return same }
  set count [llength $left]
  for {set i 0} {$i < $count && [lindex $left $i] eq [lindex $right $i]} {incr i} {}
  return "$what: $count and [llength $right] items, item $i is {[lindex $left $i]}\
          but should be {[lindex $right $i]}"
}

proc columns_of {table {name ref}} {
  return [$name eval {SELECT '"' || replace(name, '"', '""') || '"' FROM pragma_table_info($table)}]
}

# Whether `table` holds the same rows in connections `db` and `ref`, read upwards, downwards, and
# counted by slots_count. `how` is literals or exact.
proc same_table {{table t} {how literals}} {
  set columns [linsert [columns_of $table] 0 rowid]
  foreach {what order} {rows "ORDER BY rowid" "rows downwards" "ORDER BY rowid DESC"} {
    set wanted [$how $columns $table $order ref]
    set answer [compare_lists $what [$how $columns $table $order db] $wanted]
    if {$answer ne "same"} { return $answer }
  }
  set rows [expr {[llength $wanted] / [llength $columns]}]
  set count [db one {SELECT slots_count($table)}]
  return [expr {$count == $rows ? "same" : "slots_count is $count, rows are $rows"}]
}

proc in_transaction {name} {
  if {[catch {$name eval BEGIN}]} { return 1 }
  $name eval COMMIT
  return 0
}

# Runs a statement in `db` and `ref`: same rows, same error with the same extended code, same last_insert_rowid(), and both or
# neither in a transaction; after a change of rows the same changes().
proc both {sql} {
  foreach name {db ref} {
    set before [$name total_changes]
    set outcome [uplevel 1 [list try_sql $sql $name]]
    if {[lindex $outcome 0]} { lappend outcome [$name errorcode] }
    set changed [expr {[$name total_changes] - $before}]
    set changes [expr {[regexp -nocase {^\s*(INSERT|UPDATE|DELETE|REPLACE)} $sql] ?\
        [$name changes] : ""}]
    set state($name) [list $outcome $changes $changed [$name last_insert_rowid] \
                        [in_transaction $name]]
  }
  if {$state(db) eq $state(ref)} { return same }
  lassign [lindex $state(db) 0] failed rows
  lassign [lindex $state(ref) 0] ref_failed ref_rows
  if {!$failed && !$ref_failed && $rows ne $ref_rows} \
      { return [compare_lists $sql $rows $ref_rows] }
  foreach what {outcome changes total_changes last_insert_rowid in_transaction} \
      left $state(db) right $state(ref) {
    if {$left ne $right} { return "$sql: $what is {$left} but should be {$right}" }
  }
}

# The first difference among the answers to these queries.
proc ask {queries} {
  foreach sql $queries {
    set answer [uplevel 1 [list both $sql]]
    if {$answer ne "same"} { return $answer }
  }
  return same
}

# The plan of a query's first table, in words.
proc plan_of {sql} {
  regexp {INDEX \d+:(.*)$} [lindex [db eval "EXPLAIN QUERY PLAN $sql"] 3] -> text
  return $text
}

# Runs statements in both connections; "same", or the first difference in what they answer or
# in the rows of table t afterwards.
proc both_all {statements {table t}} {
  foreach sql $statements {
    set answer [uplevel 1 [list both $sql]]
    if {$answer ne "same"} { return $answer }
  }
  return [same_table $table]
}

# A slots table t in `db` and an ordinary one in `ref`, both connections new.
proc fresh_pair {definitions} {
  open_slots db
  open_plain ref
  create_pair t $definitions
}

# INDEX and compress= are slots' own: the ordinary table does without.
proc create_pair {table definitions} {
  db eval "CREATE VIRTUAL TABLE $table USING slots($definitions)"
  regsub -all {, (INDEX\([^)]*\)|compress=\w+)} $definitions {} definitions
  ref eval "CREATE TABLE $table\($definitions)"
  foreach name {db ref} {
    # The same last_insert_rowid() to begin with; what CREATE does to it is for declare.test.
    $name eval {CREATE TEMP TABLE begin(x); INSERT INTO begin VALUES(1); DROP TABLE begin}
  }
}

# ---- looking into the store ---------------------------------------------------------------------

# One figure of slots_stats.
proc stat {figure {table t}} {
  return [db one {SELECT value FROM slots_stats($table) WHERE name = $figure}]
}

# One column of slots_layout.
proc layout {slot what {table t}} {
  return [db one "SELECT $what FROM slots_layout(\$table) WHERE slot = \$slot"]
}

proc encoding {slot {table t}} { return [layout $slot encoding $table] }

proc optimize {{table t}} { db eval "INSERT INTO $table\($table) VALUES('optimize')" }

# SQL that yields integers i from `first` to `last`.
proc series {first last {step 1}} {
  return "(WITH RECURSIVE s(i) AS (SELECT $first UNION ALL SELECT i + $step FROM s\
          WHERE i <= [expr {$last - $step}]) SELECT i FROM s)"
}

# The time of a query, in microseconds, of which other processes took nothing.
proc least_time {sql} {
  set times {}
  foreach round {1 2 3 4 5} { lappend times [lindex [time { db eval $sql } 40] 0] }
  return [tcl::mathfunc::min {*}$times]
}

# ---- the end ------------------------------------------------------------------------------------

# Prints what all.tcl counts, and ends the process.
proc finish {} {
  close_all
  if {$::scratch ne ""} { file delete -force $::scratch }
  set passed $::tcltest::numTests(Passed)
  set failed $::tcltest::numTests(Failed)
  set skipped $::tcltest::numTests(Skipped)
  puts "RESULT $passed $failed $skipped"
  flush stdout
  exit [expr {$failed > 0}]
}
