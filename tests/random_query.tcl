# random_query.tcl: random SELECTs over the tables of tests/random_condition.tcl.
#
# `random_query` returns {kind sql bound all}. The answer is one column.
#   kind    how answers are compared: rows (in any order), ordered, or part (LIMIT without ORDER BY:
#           as many rows, each one of those that the query `all` yields)
#   bound   SQL literals of the parameters $::bound(0), $::bound(1) ...
#
# Only what SQLite defines is asked. So nothing depends on which of several equal values an
# aggregate or DISTINCT shows (`loosely`), on the order in which reals are added, or on which
# condition is tested first (no expression fails).

source [file join [file dirname [info script]] random_condition.tcl]

# ---- tables -------------------------------------------------------------------------------------

# {FROM-clause scope} of one table.
proc random_source {alias percent_t} {
  lassign [random_table $percent_t] table columns
  set scope [lmap column $columns { string cat $alias.$column }]
  set from "$table AS $alias"
  if {[chance 6]} {
    set inner "SELECT [join $columns ,] FROM $table [random_where $columns]"
    set from "($inner [pick {"" "ORDER BY 1 LIMIT 100"}]) AS $alias"
  }
  return [list $from $scope]
}

proc random_on {left right} {
  return [pick_weighted {
    20 { string cat "[pick $left] = [pick $right]" }
    20 { string cat "[pick_indexed $right] = [pick $left]" }
    20 { string cat "[lindex $right 0] = [pick $left]" }
    10 { string cat "[lindex $left 0] = [pick $right]" }
    5 { string cat "[pick $right] IS [pick $left]" }
    5 { string cat "[pick $right] = [pick $left] AND [pick $right] = [pick $left]" }
    3 { string cat "[pick $right] [pick {< > <= >=}] [pick $left]" }
    3 { string cat "[lindex $right 0] BETWEEN [lindex $left 0] AND [lindex $left 0] + 2" }
    3 { string cat "[pick $right] LIKE [pick $left]" }
  }]
}

# Two or three tables.
proc random_join {} {
  lassign [random_source a 60] from scope
  foreach alias [pick {b b {b c}}] {
    lassign [random_source $alias 30] right right_scope
    set on [random_on $scope $right_scope]
    # LIKE by a range of an ordinary index loses rows of a LEFT JOIN.
    set more [random_condition $right_scope 0]
    if {[chance 25] && ![regexp {LIKE|GLOB} $more]} { append on " AND $more" }
    append from " [pick {JOIN JOIN JOIN {CROSS JOIN} {LEFT JOIN} {LEFT JOIN}}] $right ON $on"
    lappend scope {*}$right_scope
  }
  return [list $from $scope]
}

# ---- answers ------------------------------------------------------------------------------------

# An expression that tells type and value of columns to the bit.
proc exactly {columns} {
  return [join [lmap column $columns {
    string cat "CASE WHEN typeof($column) IN ('text','blob') THEN typeof($column)||hex($column)\
        ELSE quote($column) END"
  }] {||' '||}]
}

# The query around one of result columns c1 to c`count`, for values that may stand for each other:
# 1 and 1.0, 'a' and 'A '.
proc loosely {count sql} {
  set terms {}
  for {set i 1} {$i <= $count} {incr i} {
    set number "iif(typeof(c$i) = 'real' AND c$i = CAST(c$i AS INT), CAST(c$i AS INT), c$i)"
    lappend terms "CASE typeof(c$i) WHEN 'text' THEN 't'||hex(lower(rtrim(c$i)))\
        WHEN 'blob' THEN hex(c$i) ELSE quote($number) END"
  }
  return [list rows "SELECT [join $terms {||' '||}] FROM ($sql)"]
}

# Result columns named c1, c2 ...
proc named {columns} {
  return [join [lmap column $columns { string cat "$column AS c[incr number]" }] {, }]
}

# The first column, and some of the others.
proc some_columns {scope} {
  set first [lindex $scope 0]
  set others [lmap column [lrange $scope 1 end] { if {[chance 60]} continue; set column }]
  return [list $first {*}$others]
}

proc random_direction {} { return [pick {"" "" ASC DESC "DESC NULLS LAST" "ASC NULLS LAST"}] }

proc random_limit {} {
  set limit [pick {0 1 1 2 5 10 50 100000 -1 3+2 (SELECT\ 4) '3' 2.0 9223372036854775807}]
  if {[chance 25]} { set limit [bind $limit] }
  if {[chance 50]} { return "LIMIT $limit" }
  set offset [pick {0 1 2 7 100 1000000000 -3 1+1 9223372036854775807}]
  if {[chance 25]} { set offset [bind $offset] }
  return "LIMIT $limit OFFSET $offset"
}

# A WHERE for queries that sort or group. A column equal to an expression with an affinity is taken
# for constant, though '1' and '01' are both equal to CAST(1 AS INT).
proc sortable_where {scope} {
  set where [random_where $scope]
  return [expr {[regexp {CAST|SELECT} $where] ? "" : $where}]
}

# ---- queries ------------------------------------------------------------------------------------

proc query_rows {} {
  lassign [random_source a 75] from scope
  set sql "SELECT [exactly [some_columns $scope]] FROM $from [random_where $scope]"
  return [list rows $sql]
}

proc query_ordered {} {
  lassign [random_source a 75] from scope
  set key [pick $scope]
  if {[chance 15]} { append key " COLLATE [pick $::collations]" }
  set first "[lindex $scope 0] [random_direction]"
  set order "ORDER BY [pick [list $first $first "$key [random_direction], $first"]]"
  set limit [expr {[chance 60] ? [random_limit] : ""}]
  return [list ordered "SELECT [exactly [some_columns $scope]] FROM $from [sortable_where $scope]\
      $order $limit"]
}

proc query_part {} {
  lassign [expr {[chance 80] ? [random_source a 75] : [random_join]}] from scope
  set all "SELECT [exactly [some_columns $scope]] FROM $from [random_where $scope]"
  return [list part "$all [random_limit]" $all]
}

proc query_aggregate {} {
  lassign [random_source a 75] from scope
  set terms {}
  for {set i [random 3]} {$i >= 0} {incr i -1} {
    set column [pick $scope]
    set first [lindex $scope 0]
    lappend terms [pick [list count(*) count($column) min($column) max($column) max($first)\
        min($first) "count(DISTINCT $column)" sum(length($column)) sum($first)]]
  }
  return [loosely [llength $terms] "SELECT [named $terms] FROM $from [random_where $scope]"]
}

proc one_or_two {scope} {
  return [pick [list [list [pick $scope]] [list [pick $scope]] [list [pick $scope] [pick $scope]]]]
}

proc query_distinct {} {
  lassign [random_source a 75] from scope
  set columns [one_or_two $scope]
  return [loosely [llength $columns] "SELECT DISTINCT [named $columns] FROM $from\
      [sortable_where $scope] [pick {"" "" "ORDER BY 1" "ORDER BY 1 DESC"}]"]
}

proc query_group {} {
  lassign [random_source a 75] from scope
  set columns [one_or_two $scope]
  set list [join $columns ,]
  set first [lindex $scope 0]
  set having [pick {"" "" "HAVING count(*) > 1" "HAVING count(*) = 1"}]
  set order [pick [list "" "" "ORDER BY $list" "ORDER BY [lindex $columns 0] DESC"]]
  set terms [concat $columns count(*) min($first) max($first)]
  return [loosely [llength $terms] "SELECT [named $terms] FROM $from [sortable_where $scope]\
      GROUP BY $list $having $order"]
}

proc query_join {} {
  lassign [random_join] from scope
  set firsts [lsearch -all -inline -regexp $scope {\.(id|rowid|number)$}]
  set where [random_where $scope]
  return [pick_weighted {
    70 { list rows "SELECT [exactly [concat $firsts [list [pick $scope]]]] FROM $from $where" }
    15 { list ordered "SELECT [exactly $firsts] FROM $from $where ORDER BY [join $firsts ,]\
        [expr {[chance 50] ? [random_limit] : ""}]" }
    15 { list rows "SELECT count(*)||' '||ifnull(sum([lindex $firsts end]), 'null')\
        FROM $from $where" }
  }]
}

proc query_using {} {
  lassign [lmap i {1 2} { pick {t u v} }] left right
  if {$left eq "t" && $right eq "t"} { set right u }
  set columns [dict get $::columns_by_table $left]
  set other [dict get $::columns_by_table $right]
  set common [lmap column [lrange $columns 1 end] { if {$column ni $other} continue; set column }]
  set join "NATURAL JOIN $right b"
  if {$common ne "" && [chance 85]} { set join "JOIN $right b USING ([pick $common])" }
  return [list rows "SELECT [exactly [list a.[lindex $columns 0] b.[lindex $other 0]]]\
      FROM $left a [pick {"" LEFT}] $join"]
}

proc query_correlated {} {
  lassign [random_source a 60] from scope
  lassign [random_source b 30] inner inner_scope
  set condition "[pick $inner_scope] [pick {= = = IS < >}] [pick $scope]"
  set what [pick [list count(*) max([lindex $inner_scope 0]) min([lindex $inner_scope 0])]]
  return [list rows "SELECT [lindex $scope 0]||' '||ifnull((SELECT $what FROM $inner\
      WHERE $condition), 'null') FROM $from [random_where $scope]"]
}

proc query_compound {} {
  set parts {}
  foreach alias [pick {{a b} {a b c}}] {
    lassign [random_source $alias 40] from scope
    if {$parts ne ""} { lappend parts [pick {UNION UNION EXCEPT INTERSECT "UNION ALL"}] }
    # The id of an ordinary table leaves the collation to the second SELECT.
    lappend parts "SELECT [pick [lrange $scope 1 end]] AS c1 FROM $from [random_where $scope]"
  }
  return [loosely 1 "[join $parts] [pick {"" "" "ORDER BY 1" "ORDER BY 1 DESC"}]"]
}

proc query_with {} {
  lassign [random_source a 60] from scope
  set columns [lmap i {1 2} { pick $scope }]
  set outer {w.p w.q w.s}
  set how [pick {"" MATERIALIZED "NOT MATERIALIZED"}]
  return [list rows "WITH w(p, q, s) AS $how (SELECT [lindex $scope 0], [join $columns ,]\
      FROM $from [random_where $scope]) SELECT [exactly $outer] FROM w\
      [random_where $outer]"]
}

proc query_window {} {
  lassign [random_source a 75] from scope
  set first [lindex $scope 0]
  set column [pick $scope]
  set window [pick [list "row_number() OVER (ORDER BY $first [pick {ASC DESC}])"\
      "count(*) OVER (PARTITION BY $column)" "rank() OVER (ORDER BY $column)"\
      "lag($first) OVER (PARTITION BY $column ORDER BY $first)"\
      "sum($first) OVER (ORDER BY $first DESC ROWS 3 PRECEDING)"]]
  return [list rows "SELECT $first||' '||ifnull($window, 'null') FROM $from [random_where $scope]"]
}

# {kind sql bound all}
proc random_query {} {
  set ::literals_bound {}
  lassign [pick_weighted {
    30 query_rows
    15 query_ordered
    10 query_part
    8 query_aggregate
    6 query_distinct
    6 query_group
    20 query_join
    4 query_using
    6 query_correlated
    6 query_compound
    5 query_with
    5 query_window
  }] kind sql all
  return [list $kind $sql $::literals_bound $all]
}
