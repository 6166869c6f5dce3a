# scale.gp: draws scale.dat (by bench/scale_report.sql) as the chart scale.svg: what a row, the work and a look-up take in
# larger and larger tables.
#
#     gnuplot bench/scale.gp        in the directory that holds scale.dat; by bench/scale.sh

set terminal svg size 860, 300 font "Helvetica,Arial,sans-serif,12" noenhanced background rgb "white"
set output "scale.svg"
set multiplot layout 1, 3
set logscale x
set format x "10^%T"
set xtics ("10,000" 1e4, "100,000" 1e5, "1 m" 1e6, "10 m" 1e7) nomirror textcolor rgb "#555555"
set ytics nomirror textcolor rgb "#555555"
set yrange [0:*]
set offsets graph 0.05, graph 0.05, graph 0.15, 0
set border 3 linecolor rgb "#999999"
set grid ytics linetype 1 linecolor rgb "#e6e6e6"
set xlabel "rows" textcolor rgb "#555555"
set key samplen 1 textcolor rgb "#222222"
set style line 1 linecolor rgb "#e4572e" linewidth 2 pointtype 7 pointsize 0.5
set style line 2 linecolor rgb "#9fb3c8" linewidth 2 pointtype 7 pointsize 0.5
set style line 3 linecolor rgb "#e4572e" linewidth 2 pointtype 7 pointsize 0.5 dashtype 2
set style line 4 linecolor rgb "#9fb3c8" linewidth 2 pointtype 7 pointsize 0.5 dashtype 2

set title "bytes a row, with an index on url"
plot "scale.dat" using 1:2 with linespoints linestyle 1 notitle
set title "peak memory beyond the table, MB"
set key top left
plot "scale.dat" using 1:3 with linespoints linestyle 1 title "load", \
     "" using 1:4 with linespoints linestyle 3 title "sealed again"
set title "a look-up, us"
plot "scale.dat" using 1:5 with linespoints linestyle 1 title "slots, by id", \
     "" using 1:7 with linespoints linestyle 3 title "slots, url = ?", \
     "" using 1:6 with linespoints linestyle 2 title "ordinary, by id", \
     "" using 1:8 with linespoints linestyle 4 title "ordinary, url = ?"
unset multiplot
