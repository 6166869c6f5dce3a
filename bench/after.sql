-- after.sql: what a measured process does once its table is built: notes the memory, then compares the
-- rows. Read by bench/measure.sh.

.timer off
.print phase after
.stats
.print private
.shell sh bench/private.sh $PPID
.print phase check
.read bench/check.sql
