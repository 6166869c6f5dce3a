# random_condition.tcl: random conditions over tables t, u and v, and the view of each (t_view ...).
#
# `columns_by_table` holds the columns of each table, the first of them its rowid or a column for
# it, `columns_indexed` the names of columns that begin an index, `samples` literals of some values
# of the columns of each name, `tables_viewed` the tables whose view can be read. A scope is a list
# of (qualified) columns, the first being unique in its table. `literals_bound` collects the literals of the parameters $::bound(0), $::bound(1) ...

source [file join [file dirname [info script]] random.tcl]

# ---- values -------------------------------------------------------------------------------------

set literals {
  NULL 0 1 -1 2 5 16 55 100 300 1500 900010 4294967296 9007199254740991 9007199254740992
  9007199254740993 9223372036854775807 -9223372036854775808 9007199254740992.0 9007199254740994.0
  9223372036854775807.0 9223372036854774784.0 0.0 -0.0 0.5 1.0 2.5 16.0 54.5 55.0 0.1 0.1+0.2 0.3
  1e300 -1e300 1e999 -1e999 3.0e-310 '' {' '} '1' '1.0' {' 1'} {'1 '} '01' '1e0' '+5' '55' '55.0'
  '0x10' '16' '1e999' '-' '9007199254740993' 'a' 'A' {'a '} 'ab' 'Ab' {'aB  '} 'a%b' 'a_b' '%' '_'
  '[a]' 'name' {'name 5x'} {'NAME 5X'} {'name 7'} 'changed' 'á' 'Á' 'ß' char(0) 'a'||char(0)
  'a'||char(0)||'b' CAST(x'ff'\ AS\ TEXT) CAST(x'61ff62'\ AS\ TEXT) CAST(x'c3'\ AS\ TEXT)
  CAST(x'f0908080'\ AS\ TEXT) x'' x'00' x'00ff' x'31' x'61' x'6162' zeroblob(3) hex(zeroblob(150))
  'a'||hex(zeroblob(40))
}
# Valgrind computes long doubles in 64 bits, so core compares the largest numbers otherwise there.
if {$memory} { set literals [lsearch -all -inline -not -regexp $literals {\d{15}}] }

set patterns {
  '%' '' '_' '__' 'a%' 'A%' '%a' '%a%' '%A_' 'name%' 'NAME\ 5%' '%e\ 5%' '%5x' 'changed%' '1%'
  '%1%' '%.%' {'%\%%'} {'a\_b'} {'a\%b'} {'\'} {'%\'} 'á%' 'Á' '%b' '%a%b%' '_a%' 'a_b' '%é' 5 1.0
  NULL x'6125' '%'||char(0)||'%' 'a'||char(0)||'%' CAST(x'61ff25'\ AS\ TEXT) '%name%5%' '%NAME%x'
  '-%' '0%0' 'photo%' '%PHOTO%' '%-%_%' '%.jpg' '%o-7%_3%' 'n%' '%m%' '%0%'
}
set globs {
  '*' '' '?' '??' 'a*' 'A*' '*a' '*a*' 'name*' 'name\ 5*' '*5x' 'changed*' '1*' '*1*' '[a]' '[[]a]'
  '[a-c]*' '[^a]*' '*[' '*5?' 'á*' '*b' 'a?b' 5 NULL x'612a' '*'||char(0)||'*' '*name*5*' 'photo*'
  '*.jpg' '*-7*_[1-4]*' 'n*' '*m*' '*0*'
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

# ---- tables -------------------------------------------------------------------------------------

# A table or view, t with this chance in a hundred, and its columns.
proc random_table {percent_t} {
  set table [expr {[chance $percent_t] ? "t" : [pick {u v}]}]
  if {[chance 8] && $table in $::tables_viewed} {
    return [list ${table}_view [lreplace [dict get $::columns_by_table $table] 0 0 number]]
  }
  return [list $table [dict get $::columns_by_table $table]]
}

# ---- conditions ---------------------------------------------------------------------------------

set comparisons {= = = == IS IS "IS NOT" <> != < <= > >=}

proc random_in {column} {
  set not [pick {"" "" "" "NOT"}]
  lassign [random_table 40] table columns
  return [pick_weighted {
    50 { string cat "$column $not IN [random_list $column]" }
    30 { string cat "$column $not IN (SELECT [pick $columns] FROM $table\
        WHERE [random_condition $columns 0])" }
    10 { string cat "$column $not IN (SELECT [random_operand $columns $column] FROM $table)" }
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

# Of a SELECT: core compares the columns of a virtual table with such values without their affinity
# where it offers them to the table, which it does not behind a plus. The SELECT has a condition:
# without it an ordinary table looks into its indexes, and misses rows.
proc random_row_value {scope} {
  set x [pick $scope]
  set y [pick $scope]
  lassign [random_table 60] table columns
  return [pick_weighted {
    60 { string cat "($x, $y) [pick {= = IS <> < <= > >=}] ([random_operand $scope $x],\
        [random_operand $scope $y])" }
    20 { string cat "($x, $y) IN (VALUES([random_literal $x], [random_literal $y]),\
        ([random_literal $x], [random_literal $y]))" }
    20 { string cat "(+$x, +$y) IN (SELECT [pick $columns], [pick $columns] FROM $table\
        WHERE [random_condition $columns 0])" }
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
      5 { string cat "CASE WHEN [random_condition $scope 0] THEN $column\
          ELSE [random_literal $column] END" }
    }]
  }
  return [pick_weighted {
    45 { string cat "$column [pick $::comparisons] [random_operand $scope $column]" }
    8 { string cat "[random_operand $scope $column] [pick $::comparisons] $column" }
    4 { string cat "$column COLLATE [pick $::collations] [pick $::comparisons]\
        [random_operand $scope $column]" }
    10 { string cat "$column [pick {"" "" NOT}] BETWEEN [random_operand $scope $column]\
        AND [random_operand $scope $column]" }
    14 { random_in $column }
    14 { random_like $column }
    7 { string cat "$column [pick {"IS NULL" NOTNULL "IS NOT NULL" "IS NOT DISTINCT FROM NULL"}]" }
    4 { random_row_value $scope }
    2 { string cat $column }
    1 { string cat "[pick {+ - ~}]$column [pick $::comparisons] [random_literal $column]" }
    1 { string cat "[random_literal $column]" }
    6 { string cat "[lindex $scope 0] BETWEEN [set low [random 4000]]\
        AND [expr {$low + [random 400]}]" }
  }]
}

proc random_where {scope} {
  set terms [lmap i [lrepeat [pick {0 1 1 1 1 2 2 3}] 0] { random_condition $scope }]
  return [expr {$terms eq "" ? "" : "WHERE [join $terms { AND }]"}]
}
