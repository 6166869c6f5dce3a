# all.tcl: runs the test files and the C hosts, and counts.
#
#   BUILD=build tclsh tests/all.tcl            everything
#   BUILD=build tclsh tests/all.tcl crud text  crud.test and build/text_test only
#   BUILD=build tclsh tests/all.tcl fuzz/sql   the saved inputs of that fuzz target only
#   BUILD=build MEMORY=1 tclsh tests/all.tcl   the same under valgrind, with smaller sizes
#   SMALL=1 ...                                the smaller sizes without valgrind
#   PRELOAD="libasan.so libubsan.so" ...       with the runtime of the sanitizers that BUILD was built with
#   JOBS=1 ...                                 one after another instead of one a processor
#   NEWER=libsqlite3.so.0 ...                  with that library in place of the system's; not
#                                              fuzz/*, whose sanitizers want to be loaded first
#
# A test file runs in a process of its own, so a crash is one failure, with its name. It ends with
# the line `RESULT passed failed skipped` (see common.tcl). A host prints `ok NAME` or
# `not ok NAME`, and so does the replay of a fuzz target, under the sanitizers and therefore not
# under valgrind. The last line of all is `N passed, N failed`; the exit status is 1 when anything
# failed, crashed, or had no test.

set tests [file dirname [file normalize [info script]]]
set root [file dirname $tests]
set build [file join $root [expr {[info exists env(BUILD)] ? $env(BUILD) : "build"}]]
set memory [expr {[info exists env(MEMORY)] && $env(MEMORY) ne ""}]
set preload [expr {[info exists env(PRELOAD)] ? $env(PRELOAD) : ""}]
if {[info exists env(SMALL)]} { set env(MEMORY) $env(SMALL) }
set leak_status 99
set passed 0
set failed 0
set failures {}

proc under_valgrind {command} {
  global memory tests leak_status
  if {!$memory} { return $command }
  return [list valgrind --quiet --leak-check=full --show-leak-kinds=definite \
            --errors-for-leak-kinds=definite --keep-debuginfo=yes --num-callers=30 \
            --suppressions=[file join $tests valgrind.supp] --error-exitcode=$leak_status \
            {*}$command]
}

# A C host has the runtime in itself.
proc with_runtime {command} {
  global preload
  if {$preload eq ""} { return $command }
  return [list env LD_PRELOAD=$preload ASAN_OPTIONS=detect_leaks=0 {*}$command]
}

# ---- jobs: as many at a time as there are processors --------------------------------------------

set waiting {}
set running 0
set limit 2
catch { set limit [exec getconf _NPROCESSORS_ONLN] }
if {[info exists env(JOBS)]} { set limit $env(JOBS) }

proc add_job {name command counter} { lappend ::waiting [list $name $command $counter] }

proc start_jobs {} {
  global waiting running limit
  while {$running < $limit && [llength $waiting] > 0} {
    set waiting [lassign $waiting job]
    lassign $job name command counter
    incr running
    set channel [open |[list {*}$command 2>@1] r]
    fconfigure $channel -blocking 0 -encoding utf-8
    set ::output($channel) ""
    fileevent $channel readable [list read_job $channel $name $counter [clock milliseconds]]
  }
  if {$running == 0} { set ::finished 1 }
}

proc read_job {channel name counter start} {
  append ::output($channel) [read $channel]
  if {![eof $channel]} return
  fconfigure $channel -blocking 1
  set status [exit_status [catch { close $channel } message options] $options]
  report $name $::output($channel) $status $counter\
      [expr {([clock milliseconds] - $start) / 1000.0}]
  incr ::running -1
  start_jobs
}

# A number, or the name of a signal.
proc exit_status {failed options} {
  if {!$failed} { return 0 }
  set code [dict get $options -errorcode]
  return [expr {[lindex $code 0] in {CHILDSTATUS CHILDKILLED} ? [lindex $code 2] : $code}]
}

# ---- reading what a job printed -----------------------------------------------------------------

proc count_file {output} {
  if {![regexp -line {^RESULT (\d+) (\d+) (\d+)$} $output -> ok bad skipped]} { return {0 0 0 0} }
  return [list $ok $bad $skipped 1]
}

proc count_host {output} {
  set ok [regexp -all -line {^ok } $output]
  set bad [regexp -all -line {^not ok } $output]
  return [list $ok $bad 0 1]
}

# What is to be read of an output: not the lines that only count, no double blank lines, and of
# many failures the first.
proc readable {output} {
  set lines {}
  foreach line [split $output \n] {
    if {[regexp {^(RESULT |ok |note: )} $line]} continue
    if {[string trim $line] eq "" && [string trim [lindex $lines end]] eq ""} continue
    if {[string length $line] > 500} { set line "[string range $line 0 499] ..." }
    lappend lines $line
  }
  if {[llength $lines] > 150} {
    set names [lsearch -all -inline -regexp $lines {^==== [^ ]+ FAILED$}]
    set lines [concat [lrange $lines 0 149] {... {all that failed:}} $names]
  }
  return [join $lines \n]
}

proc notes {output} {
  set notes {}
  foreach line [split $output \n] {
    if {[regexp {^note: (.*)$} $line -> note]} { lappend notes $note }
  }
  return $notes
}

proc problem {status ok bad skipped finished} {
  global leak_status memory
  if {$memory && $status == $leak_status} { return "valgrind found leaks or invalid accesses" }
  if {$status ni {0 1}} { return "ended by $status" }
  if {!$finished} { return "stopped before its end" }
  if {$ok + $bad + $skipped == 0} { return "ran no test" }
  if {$status == 1 && $bad == 0} { return "ended with an error" }
  return ""
}

proc report {name output status counter seconds} {
  global passed failed failures
  lassign [$counter $output] ok bad skipped finished
  set problem [problem $status $ok $bad $skipped $finished]
  if {$problem ne ""} { incr bad }
  incr passed $ok
  incr failed $bad
  puts [format "%-16s%5d passed%s%s  %.1f s" $name $ok [expr {$bad ? ", $bad FAILED" : ""}] \
          [expr {$skipped ? ", $skipped skipped" : ""}] $seconds]
  foreach note [notes $output] { puts "    $note" }
  if {$bad > 0} {
    lappend failures "$name[expr {$problem eq "" ? "" : ": $problem"}]"
    puts [readable $output]
    if {$problem ne ""} { puts "==== $name $problem" }
  }
  flush stdout
}

# ---- all of them --------------------------------------------------------------------------------

set newer [expr {[info exists env(NEWER)] ? $env(NEWER) : ""}]
if {$newer ne ""} { set env(LD_PRELOAD) $newer }

proc wanted {name} {
  if {($::newer ne "" || $::memory) && [string match fuzz/* $name]} { return 0 }
  if {$::memory && $name eq "progress"} {
    puts "progress: left out, since valgrind lets the thread that looks run too seldom (24 minutes)"
    return 0
  }
  expr {$::argc == 0 || $name in $::argv}
}

foreach source [lsort [glob -nocomplain -directory $tests *_test.c]] {
  set program [file rootname [file tail $source]]
  regsub {_test$} $program {} name
  if {![wanted $name]} continue
  if {$name eq "snapshot"} {
    # With system calls of its own, and sanitizers, as the targets of the fuzzer.
    if {$newer eq "" && !$memory} { add_job $name [file join $build sanitized $program] count_host }
  } else {
    add_job $name [under_valgrind [list [file join $build $program]]] count_host
  }
}
foreach file [lsort [glob -nocomplain -directory $tests *.test]] {
  set name [file rootname [file tail $file]]
  set command [with_runtime [under_valgrind [list [info nameofexecutable] $file]]]
  if {[wanted $name]} { add_job $name $command count_file }
}
foreach source [lsort [glob -nocomplain -directory [file join $tests fuzz] *.c]] {
  set name fuzz/[file rootname [file tail $source]]
  if {$name eq "fuzz/replay" || ![wanted $name]} continue
  set inputs [lsort [glob -directory [file join $tests fuzz corpus [file tail $name]] *]]
  add_job $name [list [file join $build sanitized $name] {*}$inputs] count_host
}
start_jobs
if {![info exists finished]} { vwait finished }
if {$passed + $failed == 0} {
  puts "no test was run"
  incr failed
}
foreach failure $failures { puts "FAILED $failure" }
puts "$passed passed, $failed failed"
exit [expr {$failed > 0}]
