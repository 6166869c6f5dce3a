#!/bin/sh
# private.sh: prints how many bytes of memory a process holds for itself alone (private resident pages).
#
#     sh bench/private.sh PID
#
# Shared pages (the code of libraries, a mapped file that others map too) do not count. Prints "-" where the
# system does not tell, that is, anywhere but on Linux.

for map in "/proc/$1/smaps_rollup" "/proc/$1/smaps"; do      # kernels before 4.14 have only the second
    if [ -r "$map" ]; then
        exec awk '/^Private_(Clean|Dirty):/ { kb += $2 } END { printf "%.0f\n", kb * 1024 }' "$map"
    fi
done
echo -
