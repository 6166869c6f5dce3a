# random_query.tcl: random SELECTs over tables t, u and v, and the view of each (t_view ...).
#
# `random_query` returns {kind sql bound all}. The answer is one column.
#   kind    how answers are compared: rows (in any order), ordered, or part (LIMIT without ORDER BY: as many
#           rows, each one of those that the query `all` yields)
#   bound   SQL literals of the parameters $::bound(0), $::bound(1) ...
#
# Only what SQLite defines is asked. So nothing depends on which of several equal values an aggregate or
# DISTINCT shows (`loosely`), on the order in which reals are added, or on which condition is tested first
# (no expression fails).
#
# `columns_by_table` holds the columns of each table, the first of them its rowid or a column for it,
# `samples` literals of some values of the columns of each name, `columns_indexed` names of columns that begin
# an index. A scope is a list of qualified columns, the first being unique in its table.

source [file join [file dirname [info script]] random.tcl]

# ---- values -------------------------------------------------------------------------------------

set literals {
  NULL 0 1 -1 2 5 16 55 100 300 1500 900010 4294967296 9007199254740991 9007199254740992
  9007199254740993 9223372036854775807 -9223372036854775808 9007199254740992.0 9007199254740994.0
  9223372036854775807.0 9223372036854774784.0 0.0 -0.0 0.5 1.0 2.5 16.0 54.5 55.0 0.1 0.1+0.2 0.3 1e300
  -1e300 1e999 -1e999 3.0e-310 '' {' '} '1' '1.0' {' 1'} {'1 '} '01' '1e0' '+5' '55' '55.0' '0x10' '16' '1e999' '-'
  '9007199254740993' 'a' 'A' {'a '} 'ab' 'Ab' {'aB  '} 'a%b' 'a_b' '%' '_' '[a]' 'name' {'name 5x'} {'NAME 5X'}
  {'name 7'} 'changed' 'á' 'Á' 'ß' char(0) 'a'||char(0) 'a'||char(0)||'b' CAST(x'ff'\ AS\ TEXT)
  CAST(x'61ff62'\ AS\ TEXT) CAST(x'c3'\ AS\ TEXT) CAST(x'f0908080'\ AS\ TEXT) x'' x'00' x'00ff' x'31' x'61' x'6162' zeroblob(3)
  hex(zeroblob(150)) 'a'||hex(zeroblob(40))
}
# Valgrind computes long doubles in 64 bits, so core compares the largest numbers otherwise there.
if {$memory} { set literals [lsearch -all -inline -not -regexp $literals {\d{15}}] }

set patterns {
  '%' '' '_' '__' 'a%' 'A%' '%a' '%a%' '%A_' 'name%' 'NAME\ 5%' '%e\ 5%' '%5x' 'changed%' '1%' '%1%' '%.%'
  {'%\%%'} {'a\_b'} {'a\%b'} {'\'} {'%\'} 'á%' 'Á' '%b' '%a%b%' '_a%' 'a_b' '%é' 5 1.0 NULL x'6125' '%'||char(0)||'%'
  'a'||char(0)||'%' CAST(x'61ff25'\ AS\ TEXT) '%name%5%' '%NAME%x' '-%' '0%0' 'photo%' '%PHOTO%' '%-%_%' '%.jpg' '%o-7%_3%' 'n%' '%m%' '%0%'
}
set globs {
  '*' '' '?' '??' 'a*' 'A*' '*a' '*a*' 'name*' 'name\ 5*' '*5x' 'changed*' '1*' '*1*' '[a]' '[[]a]' '[a-c]*'
  '[^a]*' '*[' '*5?' 'á*' '*b' 'a?b' 5 NULL x'612a' '*'||char(0)||'*' '*name*5*' 'photo*' '*.jpg' '*-7*_[1-4]*' 'n*' '*m*' '*0*'
}

set collations {BINARY NOCASE RTRIM}
set types {"" TEXT INT REAL NUMERIC BLOB VARCHAR(20) DATE DOUBLE}

proc bind {literal} {
  lappend ::literals_bound $literal
  return "\$::bound([expr {[llength $::literals_bound] - 1}])"
}

# A literal to hold a column against: most of them are values of it, or nearly so.
proc random_literal {column} {
  set values [dict get $::samples [lindex [split $column .] end]]
  set literal [pick_weighted {
    50 { pick $values }
    10 { string cat "[pick $values][pick {||'' +0 {||' '} +1 -1 +0.5}]" }
    10 { string cat "[pick {upper lower trim}]([pick $values])" }
    35 { pick $::literals }
  }]
  if {[chance 25]} { return [bind $literal] }
  return $literal
}

proc random_list {column} {
  set list [lmap unused [lrepeat [random 6] 0] { random_literal $column }]
  return "([join $list ,])"
}

# What a column is compared with.
proc random_operand {scope left} {
  set column [pick $scope]
  return [pick_weighted {
    60 { random_literal $left }
    20 { set column }
    3 { string cat "+$column" }
    3 { string cat "$column COLLATE [pick $::collations]" }
    3 { string cat "CAST($column AS [pick {TEXT INT REAL NUMERIC BLOB}])" }
    3 { string cat "CAST([random_literal $left] AS [pick {TEXT INT REAL NUMERIC BLOB}])" }
    3 { string cat "$column [pick {+ - || %}] [random_literal $left]" }
    3 { string cat "[pick {lower upper length typeof trim likely unlikely}]($column)" }
    3 { string cat "coalesce($column, [random_literal $left])" }
    2 { string cat "(SELECT [pick {max(rowid) min(rowid) count(*) NULL}] FROM [pick {t u v}])" }
    2 { string cat "(SELECT [random_literal $left])" }
  }]
}

# ---- conditions ---------------------------------------------------------------------------------

set comparisons {= = = == IS IS "IS NOT" <> != < <= > >=}

proc random_in {column} {
  set not [pick {"" "" "" "NOT"}]
  lassign [random_table 40] table columns
  return [pick_weighted {
    50 { string cat "$column $not IN [random_list $column]" }
    30 { string cat "+$column $not IN (SELECT [pick $columns] FROM $table\
        WHERE [random_condition $columns 0])" }
    10 { string cat "+$column $not IN (SELECT [random_operand $columns $column] FROM $table)" }
    5 { string cat "$column $not IN (SELECT [random_literal $column])" }
  }]
}

proc random_like {column} {
  set not [pick {"" "" "" "NOT"}]
  set pattern [pick $::patterns]
  if {[chance 30]} { set pattern [bind $pattern] }
  set glob [pick $::globs]
  if {[chance 30]} { set glob [bind $glob] }
  return [pick_weighted {
    50 { string cat "$column $not LIKE $pattern" }
    15 { string cat "$column $not LIKE $pattern ESCAPE '[pick {\\ 5 % _ a}]'" }
    35 { string cat "$column $not GLOB $glob" }
    3 { string cat "like($pattern, $column)" }
    3 { string cat "$pattern LIKE $column" }
  }]
}

proc random_row_value {scope} {
  set x [pick $scope]
  set y [pick $scope]
  lassign [random_table 60] table columns
  return [pick_weighted {
    60 { string cat "($x, $y) [pick {= = IS <> < <= > >=}] ([random_operand $scope $x], [random_operand $scope $y])" }
    20 { string cat "($x, $y) IN (VALUES([random_literal $x], [random_literal $y]),\
        ([random_literal $x], [random_literal $y]))" }
    20 { string cat "(+$x, +$y) IN (SELECT [pick $columns], [pick $columns] FROM $table)" }
  }]
}

proc random_exists {scope} {
  lassign [random_table 40] table columns
  set inner [lmap column $columns { string cat e.$column }]
  return "[pick {"" "" NOT}] EXISTS (SELECT 1 FROM $table e WHERE [pick $inner] [pick {= = IS < >}]\
      [pick $scope] AND [random_condition $inner 0])"
}

# A column that begins an index somewhere, where there is one.
proc pick_indexed {scope} {
  set indexed [lmap column $scope {
    if {[lindex [split $column .] end] ni $::columns_indexed} continue
    set column
  }]
  return [pick [expr {$indexed eq "" ? $scope : $indexed}]]
}

proc random_condition {scope {depth 2}} {
  set column [pick_weighted {
    20 { lindex $scope 0 }
    30 { pick_indexed $scope }
    50 { pick $scope }
  }]
  if {$depth > 0 && [chance 12]} {
    incr depth -1
    return [pick_weighted {
      50 { string cat "([random_condition $scope $depth] OR [random_condition $scope $depth])" }
      20 { string cat "NOT ([random_condition $scope $depth])" }
      20 { string cat "([random_condition $scope $depth] AND [random_condition $scope $depth])" }
      20 { random_exists $scope }
      5 { string cat "CASE WHEN [random_condition $scope 0] THEN $column ELSE [random_literal $column] END" }
    }]
  }
  return [pick_weighted {
    45 { string cat "$column [pick $::comparisons] [random_operand $scope $column]" }
    8 { string cat "[random_operand $scope $column] [pick $::comparisons] $column" }
    4 { string cat "$column COLLATE [pick $::collations] [pick $::comparisons] [random_operand $scope $column]" }
    10 { string cat "$column [pick {"" "" NOT}] BETWEEN [random_operand $scope $column] AND [random_operand $scope $column]" }
    14 { random_in $column }
    14 { random_like $column }
    7 { string cat "$column [pick {"IS NULL" NOTNULL "IS NOT NULL" "IS NOT DISTINCT FROM NULL"}]" }
    4 { random_row_value $scope }
    2 { string cat $column }
    1 { string cat "[pick {+ - ~}]$column [pick $::comparisons] [random_literal $column]" }
    1 { string cat "[random_literal $column]" }
    6 { string cat "[lindex $scope 0] BETWEEN [set low [random 4000]] AND [expr {$low + [random 400]}]" }
  }]
}

proc random_where {scope} {
  set terms [lmap i [lrepeat [pick {0 1 1 1 1 2 2 3}] 0] { random_condition $scope }]
  return [expr {$terms eq "" ? "" : "WHERE [join $terms { AND }]"}]
}

# ---- tables -------------------------------------------------------------------------------------

# A table or view, t with this chance in a hundred, and its columns.
proc random_table {percent_t} {
  set table [expr {[chance $percent_t] ? "t" : [pick {u v}]}]
  if {[chance 8]} {
    return [list ${table}_view [lreplace [dict get $::columns_by_table $table] 0 0 number]]
  }
  return [list $table [dict get $::columns_by_table $table]]
}

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
    if {[chance 25]} { append on " AND [random_condition $right_scope 0]" }
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

# The query around one of result columns c1 to c`count`, for values that may stand for each other: 1 and 1.0,
# 'a' and 'A '.
proc loosely {count sql} {
  set terms {}
  for {set i 1} {$i <= $count} {incr i} {
    lappend terms "CASE typeof(c$i) WHEN 'text' THEN 't'||hex(lower(rtrim(c$i))) WHEN 'blob' THEN hex(c$i)\
        ELSE quote(iif(typeof(c$i) = 'real' AND c$i = CAST(c$i AS INT), CAST(c$i AS INT), c$i)) END"
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
  set order "ORDER BY [pick [list "" "" "$key [random_direction], "]][lindex $scope 0] [random_direction]"
  set limit [expr {[chance 60] ? [random_limit] : ""}]
  return [list ordered "SELECT [exactly [some_columns $scope]] FROM $from [random_where $scope]\
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
    lappend terms [pick [list count(*) count($column) min($column) max($column) max([lindex $scope 0])\
        min([lindex $scope 0]) "count(DISTINCT $column)" sum(length($column)) sum([lindex $scope 0])]]
  }
  return [loosely [llength $terms] "SELECT [named $terms] FROM $from [random_where $scope]"]
}

proc one_or_two {scope} {
  return [pick [list [list [pick $scope]] [list [pick $scope]] [list [pick $scope] [pick $scope]]]]
}

proc query_distinct {} {
  lassign [random_source a 75] from scope
  set columns [one_or_two $scope]
  return [loosely [llength $columns] "SELECT DISTINCT [named $columns] FROM $from [random_where $scope]\
      [pick {"" "" "ORDER BY 1" "ORDER BY 1 DESC"}]"]
}

proc query_group {} {
  lassign [random_source a 75] from scope
  set columns [one_or_two $scope]
  set list [join $columns ,]
  set first [lindex $scope 0]
  set having [pick {"" "" "HAVING count(*) > 1" "HAVING count(*) = 1"}]
  set order [pick [list "" "" "ORDER BY $list" "ORDER BY [lindex $columns 0] DESC"]]
  return [loosely [expr {[llength $columns] + 3}] "SELECT [named [concat $columns count(*) min($first) max($first)]] FROM $from [random_where $scope]\
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
    15 { list rows "SELECT count(*)||' '||ifnull(sum([lindex $firsts end]), 'null') FROM $from $where" }
  }]
}

proc query_using {} {
  lassign [lmap i {1 2} { pick {t u v} }] left right
  if {$left eq "t" && $right eq "t"} { set right u }
  set columns [dict get $::columns_by_table $left]
  set other [dict get $::columns_by_table $right]
  set common [lmap column [lrange $columns 1 end] { if {$column ni $other} continue; set column }]
  set join [expr {$common eq "" || [chance 15] ? "NATURAL JOIN $right b" : "JOIN $right b USING ([pick $common])"}]
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
    lappend parts "SELECT [pick $scope] AS c1 FROM $from [random_where $scope]"
  }
  return [loosely 1 "[join $parts] [pick {"" "" "ORDER BY 1" "ORDER BY 1 DESC"}]"]
}

proc query_with {} {
  lassign [random_source a 60] from scope
  set columns [lmap i {1 2} { pick $scope }]
  set outer {w.p w.q w.s}
  return [list rows "WITH w(p, q, s) AS [pick {"" MATERIALIZED "NOT MATERIALIZED"}] (SELECT [lindex $scope 0],\
      [join $columns ,] FROM $from [random_where $scope]) SELECT [exactly $outer] FROM w\
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
