# states.tcl: the states that a table's store can be in, to run one body over all of them.
#
#   empty        no row
#   open         open rows only
#   sealed       one segment, nothing open
#   segments     several segments behind one another, nothing open
#   holes        segments whose rowids have gaps, and deleted rows
#   above        a segment, with changed, deleted and new rows open above it
#   before       a segment, with open rows in front of it, some with negative rowids
#   mixed        all of this in one table
#   mapped       a snapshot's segments, with changed, deleted and new rows open above them
#   uncommitted  as mixed, but sealed and changed inside a transaction that is still running
#
# Each state is made of the same statements in `db` (slots) and `ref` (ordinary).

set state_columns "id INTEGER PRIMARY KEY, name TEXT, n INT, r REAL, any"
set state_names {empty open sealed segments holes above before mixed mapped\
    uncommitted}

# Every column has NULLs and values that do not fit its type; id = i.
set state_row "i, CASE WHEN i % 13 = 0 THEN NULL ELSE 'name ' || (i % 50) || substr('xyz',\
    i % 4) END,\
  CASE i % 29 WHEN 0 THEN NULL WHEN 1 THEN 'text ' || i ELSE i * 7 % 1000 END,\
  CASE i % 31 WHEN 0 THEN NULL WHEN 1 THEN i / 3.0 ELSE i % 400 / 4.0 END,\
  CASE i % 5 WHEN 0 THEN i WHEN 1 THEN i / 2.0 WHEN 2 THEN 'any ' || i WHEN 3 THEN x'00ff' END"

proc state_insert {first last {step 1}} {
  return "INSERT INTO t SELECT $::state_row FROM [series $first $last $step]"
}

# In both connections, without comparing.
proc state_run {args} {
  foreach sql $args { foreach name {db ref} { $name eval $sql } }
}

# Several commits, each less than half of the one before, stay segments of their own.
proc state_segments {sizes first step} {
  set at $first
  foreach rows $sizes {
    set last [expr {$at + ($rows - 1) * $step}]
    state_run [state_insert $at $last $step]
    set at [expr {$last + $step}]
  }
}

proc state_changes {} {
  state_run "UPDATE t SET name = 'changed ' || id, n = id WHERE id % 40 = 5" \
      "DELETE FROM t WHERE id % 40 = 7" [state_insert 900001 900020] [state_insert -10 -1]
}

# Saves the table and puts a mapping of the file in its place.
proc map_table {} {
  set file [scratch_file state.slots]
  db eval {
    SELECT slots_save('t', $file);
    DROP TABLE t;
  }
  db eval "CREATE VIRTUAL TABLE t USING slots(snapshot='$file')"
}

proc make_state {state} {
  fresh_pair $::state_columns
  switch -- $state {
    empty {}
    open { state_run [state_insert 1 300] }
    sealed { state_run [state_insert 1 1500] }
    segments { state_segments {2150 1050} 1 1 }
    holes {
      state_segments {2150 1050} 10 3
      state_run "DELETE FROM t WHERE id % 50 = 1"
    }
    above {
      state_run [state_insert 1 1500] "UPDATE t SET name = 'changed', any = 2.5 WHERE id % 40 = 5" \
          "DELETE FROM t WHERE id % 40 = 7" [state_insert 1600 1650]
    }
    before { state_run [state_insert 2001 3500] [state_insert -20 80] }
    mixed {
      state_segments {4400 2150 1050} 10 3
      state_changes
    }
    mapped {
      state_segments {4400 2150 1050} 10 3
      map_table
      state_changes
    }
    uncommitted {
      state_run [state_insert 10 3000 3] BEGIN [state_insert 6001 7200]
      optimize
      state_changes
      state_run [state_insert 8000 8100]
    }
  }
  check_state $state
}

# Fails where the store is not in the state that its name says.
proc check_state {state} {
  set segments [stat segments]
  set open [stat rows_open]
  set dead [stat tombstones]
  set right [switch -- $state {
    empty { expr {$segments == 0 && $open == 0 && $dead == 0} }
    open { expr {$segments == 0 && $open == 300} }
    sealed { expr {$segments == 1 && $open == 0} }
    segments { expr {$segments == 2 && $open == 0} }
    holes { expr {$segments == 2 && $open == 0 && $dead > 0} }
    above { expr {$segments == 1 && $open > 50 && $dead > 0} }
    before { expr {$segments == 1 && $open == 101} }
    mixed { expr {$segments == 3 && $open > 0 && $dead > 0} }
    mapped { expr {$open > 0 && $dead > 0 && [stat bytes_mapped] > 0} }
    uncommitted { expr {$segments >= 1 && $open > 0 && $dead > 0} }
  }]
  if {!$right} { error "state $state: $segments segments, $open rows open, $dead deleted" }
}

# Defines a test for each state: `body` finds tables t in `db` and `ref` in that state.
proc each_state {name description body result {states {}}} {
  if {$states eq ""} { set states $::state_names }
  foreach state $states {
    if {$::memory && $state ni {empty open above}} continue
    uplevel #0 [list test $name.$state "$description ($state)" "make_state $state; $body" $result]
  }
}
