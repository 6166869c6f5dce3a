# random.tcl: random choices, the same ones from the same seed on every machine. `random_state` is the seed.

proc random {limit} {
  set ::random_state [expr {($::random_state * 1103515245 + 12345) & 0x7fffffff}]
  return [expr {($::random_state >> 8) % $limit}]
}

proc pick {list} { return [lindex $list [random [llength $list]]] }

proc chance {percent} { return [expr {[random 100] < $percent}] }

# A script of the list `weight script weight script ...`.
proc pick_weighted {list} {
  set sum 0
  foreach {weight script} $list { incr sum $weight }
  set at [random $sum]
  foreach {weight script} $list {
    if {[incr at -$weight] < 0} { return [uplevel 1 $script] }
  }
}
