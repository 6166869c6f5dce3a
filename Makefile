# slots: rows in memory as packed structs, a loadable extension for SQLite.
#
#   make                  build/slots.so
#   make test             all tests; ends with "N passed, N failed"
#   make demo             a first look, and a cache over a table of 200,000 rows; ROWS=n for more
#   make bench            memory of a million rows: ordinary tables, JSON, slots, Python objects; then of four processes over 200,000
#   make bench DATA=f.csv the same over your own rows (a header line with id, caption, url); ROWS=n changes the count, WORKER_ROWS=n that of the processes
#   make bench-speed      times of queries against an ordinary in-memory table; DATA and ROWS as above, ARTWORKS=g.csv for a table of 13 columns
#   make bench-instructions  instructions of the same queries, and how many of them are the extension's: some minutes
#   make bench-text       the text coding alone: bytes and times of each column, LIKE on coded text; DATA and ROWS as above
#   make bench-shapes     bytes and times of rows of other shapes: documents, JSON, log lines, numbers, 300 columns, random bytes
#   make bench-scale      sizes and times from 10,000 to ten million rows, and whether any grows faster than it should; ROWS=n: up to n
#   make bench-duckdb     sizes and times beside DuckDB, from npm, through Node's bindings; DATA and ROWS as above
#   make bench-workers    memory of four processes that need the same rows; DATA and ROWS as above
#   make check-all        all that follow (tests/check.mk), some tens of minutes:
#   make check-warnings   gcc and clang, every warning an error
#   make check-asan       the tests under AddressSanitizer and UndefinedBehaviorSanitizer
#   make check-tsan       connections in several threads under ThreadSanitizer
#   make check-memory     the tests that fit, under valgrind
#   make check-analysis   cppcheck, less what tests/cppcheck.supp says
#   make check-coverage   lines and branches of ext/ that the tests reach
#   make fuzz             libFuzzer on each target of tests/fuzz; FUZZ="sql text" SECONDS=600 for some, longer
#   make test-node        the examples of Node in README.md, with a Node and a better-sqlite3 from npm
#   make test-newer       the tests over a newer SQLite (in source, from an npm package), header and library
#   make static           build/libslots.a, for programs that link SQLite themselves
#   make format           clang-format over all of the C
#   make clean | help
#
# TESTS="types cache" runs some test files only, DATA_DIR=dir has real rows for them (tests/data.test), BUILD=dir builds elsewhere.
#
# Every target installs the Debian packages it misses, as root or through sudo where that asks for no password, or says which
# to install.

# Everything the project needs, by target. git and make are there already.
BUILD_PACKAGES  = gcc libc6-dev libsqlite3-dev
TEST_PACKAGES   = $(BUILD_PACKAGES) sqlite3 tcl libsqlite3-tcl python3
NEWER_PACKAGES  = $(TEST_PACKAGES) $(if $(shell command -v npm),,npm)
NEWER_SOURCE    = better-sqlite3@12
NODE_PACKAGES   = $(TEST_PACKAGES) python3 g++ $(if $(shell command -v npm),,npm libnode-dev)
NODE_MODULES    = node@22 better-sqlite3@12
BENCH_PACKAGES  = $(BUILD_PACKAGES) sqlite3 gnuplot-nox python3
DUCKDB_PACKAGES = $(BUILD_PACKAGES) sqlite3 $(if $(shell command -v npm),,npm)
DUCKDB_MODULES  = node@22 @duckdb/node-api
SCALE_PACKAGES  = $(BUILD_PACKAGES) sqlite3 gnuplot-nox
SPEED_PACKAGES  = $(BUILD_PACKAGES) sqlite3
MEMORY_PACKAGES = $(TEST_PACKAGES) valgrind
FUZZ_PACKAGES   = $(BUILD_PACKAGES) clang libclang-rt-14-dev
ANALYSIS_PACKAGES = $(BUILD_PACKAGES) cppcheck
COVER_PACKAGES  = $(TEST_PACKAGES) gcovr
FORMAT_PACKAGES = clang-format

CFLAGS   ?= -O2 -g
SQLITE    = -lsqlite3
STRICT    = -std=c11 -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wcast-align -Wundef -Wvla -Wwrite-strings $(ROUNDING)
SO_FLAGS  = -fPIC -fvisibility=hidden
BUILD     = build

# On 32-bit x86, whose x87 rounds reals twice (slot_real.c), its successor. Asked for once, by when there is a compiler.
ROUNDING  = $(eval ROUNDING := $(if $(filter 2,$(shell echo __FLT_EVAL_METHOD__ | $(CC) $(CFLAGS) -E -P -)),-msse2 -mfpmath=sse))$(ROUNDING)

SOURCES = $(wildcard ext/*.c ext/*/*.c)
OBJECTS = $(SOURCES:ext/%.c=$(BUILD)/so/%.o)
STATIC  = $(SOURCES:ext/%.c=$(BUILD)/static/%.o)

.PHONY: all static test test-newer test-node demo bench bench-speed bench-instructions bench-text bench-shapes bench-scale bench-duckdb bench-workers format clean
.PHONY: help need-build need-test need-newer need-node need-bench need-speed need-scale need-duckdb need-memory need-fuzz need-analysis need-cover need-format

all: need-build $(BUILD)/slots.so

static: need-build $(BUILD)/libslots.a

$(BUILD)/slots.so: $(OBJECTS)
	$(CC) $(CFLAGS) -shared -o $@ $^ -lpthread

$(BUILD)/libslots.a: $(STATIC)
	$(AR) rcs $@ $^

$(BUILD)/so/%.o: ext/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(SO_FLAGS) -Iext -MMD -MP -c -o $@ $<

$(BUILD)/static/%.o: ext/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -DSQLITE_CORE -Iext -MMD -MP -c -o $@ $<

$(BUILD)/%_test: tests/%_test.c $(wildcard tests/*.h tests/fuzz/*.h) $(BUILD)/libslots.a
	$(CC) $(CFLAGS) $(STRICT) -DSQLITE_CORE -Iext -o $@ $< $(BUILD)/libslots.a $(SQLITE) -lpthread -lm

$(BUILD)/extended.so: tests/extended.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -fPIC -shared -o $@ $<

-include $(OBJECTS:.o=.d) $(STATIC:.o=.d)

# snapshot_test replaces system calls and damages files, so it runs under the sanitizers only.
HOSTS = $(filter-out %/snapshot_test,$(patsubst tests/%_test.c,$(BUILD)/%_test,$(wildcard tests/*_test.c)))

include tests/check.mk

test: need-test
	@$(MAKE) --no-print-directory $(BUILD)/slots.so $(BUILD)/extended.so $(HOSTS)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitized CFLAGS='$(SANITIZED)' TESTS='$(TESTS)' replays
	@BUILD=$(BUILD) NEWER=$(NEWER_LIBRARY) tclsh tests/all.tcl $(TESTS)

# Everything is built anew with the newer header, and run with the newer library in front of the system's.
NEWER = $(BUILD)/newer

test-newer: need-newer $(NEWER)/libsqlite3.so.0
	@$(MAKE) --no-print-directory BUILD=$(NEWER) CFLAGS='$(CFLAGS) -I$(NEWER)/sqlite' \
	  SQLITE=$(abspath $(NEWER))/libsqlite3.so.0 NEWER_LIBRARY=$(abspath $(NEWER))/libsqlite3.so.0 \
	  TESTS='$(TESTS)' test

$(NEWER)/sqlite/sqlite3.c:
	@mkdir -p $(@D)
	cd $(@D) && npm pack --silent $(NEWER_SOURCE) > package.name && \
	  tar -xzmf "$$(cat package.name)" --strip-components=3 package/deps/sqlite3

$(NEWER)/libsqlite3.so.0: $(NEWER)/sqlite/sqlite3.c
	$(CC) -O2 -fPIC -shared -Wl,-soname,libsqlite3.so.0 -DSQLITE_ENABLE_COLUMN_METADATA \
	  -DSQLITE_ENABLE_PREUPDATE_HOOK -DSQLITE_ENABLE_UNLOCK_NOTIFY -o $@ $< -lm -ldl -lpthread

# better-sqlite3 is compiled here, with the headers of the system's Node where it has them.
test-node: need-node $(BUILD)/node/node_modules
	@$(MAKE) --no-print-directory TESTS=programs test

$(BUILD)/node/node_modules:
	@mkdir -p $(@D)
	$(if $(wildcard /usr/include/node/node.h),npm_config_nodedir=/usr) \
	  npm install --prefix $(@D) --no-audit --no-fund --loglevel=error $(NODE_MODULES)

demo: need-test
	@$(MAKE) --no-print-directory $(BUILD)/slots.so
	@sqlite3 -init /dev/null < sql/demo.sql
	@/usr/bin/env PATH="/usr/bin:$$PATH" python3 sql/demo.py $(BUILD)/slots $(or $(ROWS),200000)

bench: need-bench
	@$(MAKE) --no-print-directory $(BUILD)/slots.so
	@ROWS='$(ROWS)' DATA='$(DATA)' SLOTS=$(BUILD)/slots.so OUT=$(BUILD)/bench sh bench/run.sh
	@echo; ROWS=$(WORKER_ROWS) DATA='$(DATA)' SLOTS=$(BUILD)/slots.so OUT=$(BUILD)/bench sh bench/workers.sh

# Of the processes, few enough rows for some seconds; bench-workers takes them all.
WORKER_ROWS = 200000

bench-workers: need-bench
	@$(MAKE) --no-print-directory $(BUILD)/slots.so
	@ROWS='$(ROWS)' DATA='$(DATA)' SLOTS=$(BUILD)/slots.so OUT=$(BUILD)/bench sh bench/workers.sh

$(BUILD)/speed_driver: bench/speed_driver.c bench/speed_script.c bench/speed_script.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -o $@ bench/speed_driver.c bench/speed_script.c -lsqlite3

bench-speed: need-speed
	@$(MAKE) --no-print-directory $(BUILD)/slots.so $(BUILD)/speed_driver
	@ROWS='$(ROWS)' DATA='$(DATA)' ARTWORKS='$(ARTWORKS)' SLOTS=$(BUILD)/slots.so DRIVER=$(BUILD)/speed_driver \
	  OUT=$(BUILD)/bench sh bench/speed.sh

bench-instructions: need-speed need-memory
	@$(MAKE) --no-print-directory $(BUILD)/slots.so $(BUILD)/speed_driver
	@COUNT=1 ROWS='$(ROWS)' DATA='$(DATA)' ARTWORKS='$(ARTWORKS)' SLOTS=$(BUILD)/slots.so DRIVER=$(BUILD)/speed_driver \
	  OUT=$(BUILD)/bench sh bench/speed.sh

$(BUILD)/%_bench: bench/%_bench.c bench/timing.h $(BUILD)/libslots.a
	$(CC) $(CFLAGS) $(STRICT) -DSQLITE_CORE -Iext -o $@ $< $(BUILD)/libslots.a $(SQLITE) -lpthread

bench-text: need-speed
	@$(MAKE) --no-print-directory $(BUILD)/text_bench $(BUILD)/match_bench
	@ROWS='$(ROWS)' DATA='$(DATA)' PATTERNS='$(PATTERNS)' BUILD=$(BUILD) sh bench/text.sh

bench-shapes: need-speed
	@$(MAKE) --no-print-directory $(BUILD)/slots.so
	@SLOTS=$(BUILD)/slots.so OUT=$(BUILD)/bench sh bench/shapes.sh

bench-scale: need-scale
	@$(MAKE) --no-print-directory $(BUILD)/slots.so $(BUILD)/speed_driver
	@ROWS='$(ROWS)' SLOTS=$(BUILD)/slots.so DRIVER=$(BUILD)/speed_driver OUT=$(BUILD)/bench sh bench/scale.sh

bench-duckdb: need-duckdb $(BUILD)/duckdb/node_modules
	@$(MAKE) --no-print-directory $(BUILD)/slots.so
	@ROWS='$(ROWS)' DATA='$(DATA)' SLOTS=$(BUILD)/slots.so NODE=$(BUILD)/duckdb OUT=$(BUILD)/bench sh bench/duckdb.sh

$(BUILD)/duckdb/node_modules:
	@mkdir -p $(@D)
	npm install --prefix $(@D) --no-audit --no-fund --loglevel=error $(DUCKDB_MODULES)

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

format: need-format
	clang-format -i ext/*.[ch] ext/*/*.[ch] tests/*.[ch] tests/fuzz/*.[ch] bench/*.[ch]

clean:
	rm -rf $(BUILD)

need-build:  ; @$(call need,$(BUILD_PACKAGES))
need-test:   ; @$(call need,$(TEST_PACKAGES))
need-bench:  ; @$(call need,$(BENCH_PACKAGES))
need-speed:  ; @$(call need,$(SPEED_PACKAGES))
need-scale:  ; @$(call need,$(SCALE_PACKAGES))
need-duckdb: ; @$(call need,$(DUCKDB_PACKAGES))
need-newer:  ; @$(call need,$(NEWER_PACKAGES))
need-node:   ; @$(call need,$(NODE_PACKAGES))
need-memory: ; @$(call need,$(MEMORY_PACKAGES))
need-fuzz:   ; @$(call need,$(FUZZ_PACKAGES))
need-analysis: ; @$(call need,$(ANALYSIS_PACKAGES))
need-cover:  ; @$(call need,$(COVER_PACKAGES))
need-format: ; @$(call need,$(FORMAT_PACKAGES))

# Installs those of the packages that are missing. On a system without dpkg they are taken for granted.
define need
command -v dpkg-query > /dev/null || exit 0; missing=; \
for package in $(1); do \
  dpkg-query -W -f '$${Status}' $$package 2> /dev/null | grep -q '^install ok installed' || missing="$$missing $$package"; \
done; \
[ -n "$$missing" ] || exit 0; \
echo "installing:$$missing"; \
if [ "$$(id -u)" = 0 ]; then as_root=; elif command -v sudo > /dev/null && sudo -n true 2> /dev/null; then as_root="sudo -n"; \
else echo "cannot install: neither root nor sudo without a password; install these packages:$$missing" >&2; exit 1; fi; \
{ $$as_root apt-get -qq update && $$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get -qq -y --no-install-recommends install $$missing; } > /dev/null || \
{ echo "could not install these packages:$$missing" >&2; exit 1; }
endef
