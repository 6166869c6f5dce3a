# instructions.awk: instructions of bench/speed_driver.c's queries, and how many of them are the extension's.
#
#     speed_driver EXTENSION rows.db count <queries | awk -v passes=FOLDER -f instructions.awk
#
# FOLDER has what callgrind noted of each pass, pass.1, pass.2 and so on: for each query and contestant one with cold
# caches, then one that counts. What core and the C library take of a query on a slots table cannot be saved in the
# extension: its part of what the ordinary table takes is the least ratio that there can be. Run by bench/speed.sh.

BEGIN {
    FS = "|"
    format = "| %-44s | %-6s | %8s | %7s | %9s | %7s | %9s | %5s |\n"
    printf format, "", "per", "ordinary", "slots", "extension", "fast", "extension", "least"
    print "|----------------------------------------------|--------|---------:|--------:|----------:|--------:|----------:|------:|"
}

# Sums up a file of callgrind's: total[contestant] and own[contestant], without what the driver itself takes.
function read_pass(file, contestant,    line, part, object, called) {
    total[contestant] = own[contestant] = 0
    while ((getline line < file) > 0) {
        if (line ~ /^c?ob=/) {
            split(line, part, /[()]/)
            if (part[3] != "") name[part[2]] = part[3]
            if (line ~ /^ob=/) object = name[part[2]]
        } else if (line ~ /^calls=/) {
            called = 1 # the next line has what the function called took
        } else if (line ~ /^[-+*0-9]/) {
            split(line, part, " ")
            if (!called && object !~ /speed_driver$/) {
                total[contestant] += part[2]
                if (object ~ /slots[^\/]*$/) own[contestant] += part[2]
            }
            called = 0
        }
    }
    close(file)
}

{
    for (contestant = 0; contestant < 3; contestant++)
        read_pass(passes "/pass." (6 * (NR - 1) + 4 + contestant), contestant)
    printf "| %-44s | %-6s | %8.0f | %7.0f | %9.0f | %7.0f | %9.0f | %5.2f |\n", $1, $2, total[0] / $3, total[1] / $3, \
        own[1] / $3, total[2] / $3, own[2] / $3, (total[1] - own[1]) / total[0]
}
