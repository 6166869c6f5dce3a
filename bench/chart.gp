# chart.gp: draws memory.dat (by bench/report.sql) as the bar chart memory.svg.
#
#     gnuplot -e "title='my rows'" bench/chart.gp        in the directory that holds memory.dat; by bench/run.sh

if (!exists("title")) title = "image rows"
set datafile separator "\t"
stats "memory.dat" using 2 nooutput
bars = STATS_records
largest = STATS_max

set terminal svg size 860, 90 + 34 * bars font "Helvetica,Arial,sans-serif,13" noenhanced background rgb "white"
set output "memory.svg"
set title "Memory that a row takes (".title.")" offset 0, 0.3
set xlabel "bytes a row" textcolor rgb "#555555"
set xrange [0:largest * 1.12]
set yrange [0.4:bars + 0.6]
set border 1 linecolor rgb "#999999"
set xtics nomirror textcolor rgb "#555555"
set ytics nomirror scale 0 textcolor rgb "#222222"
set grid xtics linetype 1 linecolor rgb "#e6e6e6"
set style fill solid 1.0 noborder
unset key

# Bars lie on their side, so that the names can be read: a box from 0 to the value around each row's place.
other = 0x9fb3c8
slots = 0xe4572e
plot "memory.dat" using (0):1:(0):2:($1 - 0.36):($1 + 0.36):($4 == 1 ? slots : other):ytic(3) \
         with boxxyerror linecolor rgb variable, \
     "" using 2:1:(sprintf("%.1f", $2)) with labels left offset 0.6, 0
