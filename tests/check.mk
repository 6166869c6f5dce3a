# check.mk: what more than the tests is run over the code; included by the Makefile.
#
# Each check builds everything anew in a folder of its own, build/NAME. TESTS=... takes some test files only.

.PHONY: check-all check-warnings check-asan check-tsan check-memory check-analysis check-coverage replays fuzz

# One after another, whatever the others say; at the end a line each: how it ended, seconds, the last that it printed.
CHECKS = check-warnings check-analysis check-tsan check-asan check-coverage check-memory

check-all:
	@mkdir -p $(BUILD); : > $(BUILD)/check-all.txt
	@for check in $(CHECKS); do \
	  log=$(BUILD)/$$check.log; echo "== $$check"; begin=$$(date +%s); \
	  { $(MAKE) --no-print-directory $$check 2>&1; echo $$? > $$log.status; } | tee $$log; \
	  result=passed; [ "$$(cat $$log.status)" = 0 ] || result=FAILED; \
	  printf '%-16s %s %5d s  %s\n' $$check $$result $$(($$(date +%s) - begin)) \
	    "$$(grep -v '^make' $$log | tail -n 1 | cut -c 1-80)" >> $(BUILD)/check-all.txt; \
	done
	@echo "== summary"; cat $(BUILD)/check-all.txt; ! grep -q FAILED $(BUILD)/check-all.txt

# ---- fuzz targets -------------------------------------------------------------------------------

# With the inputs saved in tests/fuzz/corpus they are part of the tests, under the sanitizers.
TARGETS   = $(patsubst tests/fuzz/%.c,fuzz/%,$(filter-out %/replay.c,$(wildcard tests/fuzz/*.c)))
REPLAYS   = $(if $(TESTS),$(filter fuzz/%,$(TESTS)) $(patsubst %,%_test,$(filter snapshot,$(TESTS))),$(TARGETS) snapshot_test)
FUZZ_MAIN = tests/fuzz/replay.c
SANITIZED = -O1 -g -fno-omit-frame-pointer -DSLOTS_TEST_FILES -fsanitize=address,undefined -fno-sanitize-recover=undefined

$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(wildcard tests/fuzz/*.h) $(BUILD)/libslots.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -DSQLITE_CORE -Iext -o $@ $< $(FUZZ_MAIN) $(BUILD)/libslots.a -lsqlite3 -lpthread

replays: $(REPLAYS:%=$(BUILD)/%)

# What libFuzzer finds to be new is kept in build/fuzzing/NAME.corpus, what goes wrong in build/fuzzing/NAME-*.
FUZZING = $(BUILD)/fuzzing
FUZZ   ?= $(TARGETS:fuzz/%=%)
SECONDS = 60

fuzz: need-fuzz
	@$(MAKE) --no-print-directory BUILD=$(FUZZING) CC=clang CFLAGS='$(SANITIZED) -fsanitize=fuzzer-no-link' \
	  FUZZ_MAIN=-fsanitize=fuzzer TESTS='$(FUZZ:%=fuzz/%)' replays
	@set -e; for name in $(FUZZ); do mkdir -p $(FUZZING)/$$name.corpus; \
	  dictionary=tests/fuzz/$$name.dict; [ -e $$dictionary ] && dictionary=-dict=$$dictionary || dictionary=; \
	  $(FUZZING)/fuzz/$$name -max_total_time=$(SECONDS) -max_len=4096 -print_final_stats=1 $$dictionary \
	    -artifact_prefix=$(FUZZING)/$$name- $(FUZZING)/$$name.corpus tests/fuzz/corpus/$$name; done

# ---- checks -------------------------------------------------------------------------------------

check-warnings: need-fuzz
	@for compiler in gcc clang; do \
	  $(MAKE) --no-print-directory --silent CC=$$compiler BUILD=$(BUILD)/$$compiler CFLAGS='-O2 -Werror' \
	    $(BUILD)/$$compiler/slots.so $(BUILD)/$$compiler/speed_driver && \
	  $(MAKE) --no-print-directory --silent CC=$$compiler BUILD=$(BUILD)/$$compiler/tests \
	    CFLAGS='-O2 -Werror -DSLOTS_TEST_FILES' build-all || exit 1; \
	done
	@echo "no warnings"

.PHONY: build-all
build-all: $(BUILD)/slots.so $(BUILD)/extended.so $(BUILD)/text_bench $(BUILD)/match_bench $(HOSTS) replays

# Tcl is not built with the sanitizers, so they have to be loaded in front of it, and what it leaks is its own affair: leaks
# are looked for in the C hosts.
PRELOAD = $(shell $(CC) -print-file-name=libasan.so) $(shell $(CC) -print-file-name=libubsan.so)

check-asan: need-test
	@$(MAKE) --no-print-directory --silent BUILD=$(BUILD)/asan CFLAGS='$(SANITIZED)' build-all
	@ln -sfn . $(BUILD)/asan/sanitized
	@BUILD=$(BUILD)/asan SMALL=1 PRELOAD='$(PRELOAD)' tclsh tests/all.tcl $(TESTS)

check-tsan: need-test
	@$(MAKE) --no-print-directory --silent BUILD=$(BUILD)/tsan CFLAGS='-O1 -g -fsanitize=thread' \
	  $(BUILD)/tsan/threads_test $(BUILD)/tsan/parallel_test $(BUILD)/tsan/background_test $(BUILD)/tsan/interrupt_test
	@BUILD=$(BUILD)/tsan tclsh tests/all.tcl threads parallel background interrupt

# The C hosts look for leaks under check-asan; here it is what the extension leaks in a program that knows nothing of the
# sanitizers, by the test files that valgrind ends in some minutes. TESTS=... takes others.
MEMORY_TESTS = altering constraints cursors declare index lifetime looking states transactions \
  types

check-memory: need-memory
	@$(MAKE) --no-print-directory --silent $(BUILD)/slots.so $(BUILD)/extended.so $(HOSTS)
	@BUILD=$(BUILD) MEMORY=1 tclsh tests/all.tcl $(or $(TESTS),$(MEMORY_TESTS))

check-analysis: need-analysis
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 \
	  --suppressions-list=tests/cppcheck.supp -DSQLITE_CORE -Iext ext && echo "no findings"

check-coverage: need-cover
	@$(MAKE) --no-print-directory --silent BUILD=$(BUILD)/coverage \
	  CFLAGS='-O0 -g --coverage -fprofile-update=atomic -fprofile-abs-path -DSLOTS_TEST_FILES' build-all
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@ln -sfn . $(BUILD)/coverage/sanitized
	@BUILD=$(BUILD)/coverage SNAPSHOT_TRIES=8 tclsh tests/all.tcl $(TESTS)
	@gcovr --root . --filter 'ext/' --exclude-unreachable-branches --branches $(BUILD)/coverage
	@gcovr --root . --filter 'ext/' $(BUILD)/coverage
	@gcovr --root . --filter 'ext/' --exclude-unreachable-branches --print-summary -o $(BUILD)/coverage/branches.txt $(BUILD)/coverage | \
	  sed -n 's/^\([a-z]*\): \([0-9.%]*\) .*/\1 \2/p' | paste -s -d ' '
