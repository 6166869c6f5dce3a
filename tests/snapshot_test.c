/*
** snapshot_test.c: snapshot files that are damaged, or lie, and system calls that
** fail. Built with AddressSanitizer and UndefinedBehaviorSanitizer.
**
** Plan
**   1 Accidents: a file cut off at every length, every byte changed. An error, or
**     the rows as they were.
**   2 Lies: bytes changed anywhere, and all checksums made right again: in the
**     header, the section table and the catalog each byte in several ways, in
**     codecs, segments and indexes at random. Anything but a read or write out of
**     bounds, undefined behaviour, a leak or a hang. The bytes between sections
**     must not be read. (The saved inputs of fuzz/snapshot.c are run by themselves.)
**   3 System calls: each call of slots_save and of opening fails in turn, and
**     writes are short, or write nothing. The error names what failed; the old file, the table and
**     the directory stay as they were. What connections share is nobody else's to
**     read, and done without where a call fails. Processes that were forked write
**     beside each other.
**   4 Threads that map, read and close while the file is replaced.
**   5 The checksum against its author's values.
**
** SNAPSHOT_TRIES=n makes n times as many random changes.
*/
#define _XOPEN_SOURCE 700
#define _FILE_OFFSET_BITS 64 /* as in files.c: off_t of file_calls.h */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/checksum.h"
#include "cases.h"
#include "database.h"
#include "snapshot/file_calls.h"
#include "fuzz/snapshot_harness.h"
#include "snapshot/snapshot_format.h"

/* ---- files ------------------------------------------------------------------------------ */

typedef struct File {
  unsigned char *bytes;
  size_t size;
} File;

static File read_file(const char *path) {
  File file = {0};
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) return file;
  fseek(stream, 0, SEEK_END);
  file.size = (size_t)ftell(stream);
  rewind(stream);
  file.bytes = malloc(file.size + 1);
  if (file.bytes == NULL || fread(file.bytes, 1, file.size, stream) != file.size) abort();
  fclose(stream);
  return file;
}

static void write_file(const char *path, const File *file) {
  FILE *stream = fopen(path, "wb");
  if (stream == NULL || fwrite(file->bytes, 1, file->size, stream) != file->size) abort();
  fclose(stream);
}

#define SAVED "snapshot_test.slots"

/* Tables that between them have every encoding; each has a column k with an index. */
static const char *const tables[] = {
    /* rowids: a run; integers, decimals, reals, dictionaries, exceptions */
    "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, k, n INT, r REAL, d REAL, "
    "INDEX(k));"
    "INSERT INTO t SELECT i, CASE i % 9 WHEN 0 THEN 'odd' ELSE i % 40 END, i * i, i / 4.0, i / 3.0 "
    "FROM n WHERE i <= 120;",
    /* rowids: a bitmap; texts, balanced */
    "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, k TEXT, u TEXT, INDEX(k));"
    "INSERT INTO t SELECT i * 3 - i % 2, 'key ' || (i % 50), 'http://h.org/' || (i * 77) || '.jpg' "
    "FROM n WHERE i <= 150;",
    /* rowids: packed; fast; a derived text; NULLs */
    "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, k TEXT UNIQUE, s TEXT, x, "
    "compress=fast);"
    "INSERT INTO t SELECT i * i * 1000, 'key ' || i, '/path/key-' || i || '/', "
    "CASE WHEN i % 3 THEN NULL ELSE i END FROM n WHERE i <= 130;",
    /* small: pairs; blobs */
    "CREATE VIRTUAL TABLE t USING slots(k TEXT, b BLOB, compress=small, INDEX(k), INDEX(k, b));"
    "INSERT INTO t SELECT 'the key of row ' || i, CAST('blob ' || (i * 7) AS BLOB) FROM n "
    "WHERE i <= 140;",
    /* rowids: runs; derived texts, which need more rows */
    "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, k TEXT, s TEXT, INDEX(k));"
    "INSERT INTO t SELECT i + i / 50 * 7, 'Key Word ' || (i * 7919), 'http://x.org/key-word-' || "
    "(i * 7919) || '/' FROM n WHERE i <= 300;",
    /* a key of many rows */
    "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, k TEXT, INDEX(k));"
    "INSERT INTO t SELECT i, 'key ' || CASE i % 4 WHEN 0 THEN i ELSE 7 END "
    "FROM n WHERE i <= 300;",
    /* no row */
    "CREATE VIRTUAL TABLE t USING slots(k, INDEX(k));",
};
#define TABLES (sizeof tables / sizeof tables[0])

static File originals[TABLES];

static void make_files(void) {
  for (size_t i = 0; i < TABLES; i++) {
    sqlite3 *db = open_slots(":memory:");
    must(db, "CREATE TABLE n(i); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c "
             "WHERE i < 300) INSERT INTO n SELECT i FROM c");
    must(db, tables[i]);
    must(db, "SELECT slots_save('t', '" SAVED "')");
    sqlite3_close(db);
    originals[i] = read_file(SAVED);
    if (originals[i].bytes == NULL) abort();
  }
}

static uint32_t tries(uint32_t count) {
  const char *factor = getenv("SNAPSHOT_TRIES");
  return factor == NULL ? count : count * (uint32_t)atoi(factor);
}

/* ---- 1. accidents ------------------------------------------------------------------------ */

static void whole_files_are_read(void) {
  for (size_t i = 0; i < TABLES; i++) {
    char *rows = harness_rows(originals[i].bytes, originals[i].size);
    if (rows == NULL) fail("table %d", (int)i);
    if (!harness_try(originals[i].bytes, originals[i].size, NULL)) fail("use of table %d", (int)i);
    sqlite3_free(rows);
  }
}

static void cut_off_anywhere(void) {
  for (size_t i = 0; i < TABLES; i++) {
    for (size_t size = 1; size < originals[i].size; size += 1 + size / 200) {
      char *rows = harness_rows(originals[i].bytes, size);
      if (rows != NULL) fail("table %d is read from %d bytes", (int)i, (int)size);
      sqlite3_free(rows);
    }
  }
}

static void changed_anywhere(void) {
  for (size_t i = 0; i < TABLES; i++) {
    const File *file = &originals[i];
    char *wanted = harness_rows(file->bytes, file->size);
    for (size_t at = 0; at < file->size; at += 1 + (at < SNAPSHOT_HEADER ? 0 : random_below(9))) {
      unsigned char mask = (unsigned char)(1u << random_below(8));
      file->bytes[at] ^= mask;
      char *rows = harness_rows(file->bytes, file->size);
      if (rows != NULL && strcmp(rows, wanted) != 0) fail("table %d, byte %d", (int)i, (int)at);
      sqlite3_free(rows);
      file->bytes[at] ^= mask;
    }
    sqlite3_free(wanted);
  }
}

/* ---- 2. lies -------------------------------------------------------------------------------- */

/* A copy of exactly its size, so that nothing lies behind it. */
static unsigned char *copy_of(const unsigned char *bytes, size_t size) {
  unsigned char *copy = malloc(size);
  if (copy == NULL) abort();
  memcpy(copy, bytes, size);
  return copy;
}

/* One byte of the copy becomes something else; mended, tried, and as it was again. */
static void try_byte(unsigned char *copy, size_t size, size_t at, unsigned how) {
  unsigned char header[SNAPSHOT_HEADER], before = copy[at];
  static const unsigned char values[] = {0, 1, 0x7f, 0x80, 0xff};
  memcpy(header, copy, sizeof header);
  copy[at] = how < 5 ? values[how] : (unsigned char)(before + (how == 5 ? 1 : -1));
  harness_mend(copy, size);
  harness_try(copy, size, NULL);
  memcpy(copy, header, sizeof header);
  copy[at] = before;
  harness_mend(copy, size);
}

static void headers_that_lie(void) {
  for (size_t i = 0; i < TABLES; i++) {
    size_t size = originals[i].size;
    unsigned char *copy = copy_of(originals[i].bytes, size);
    for (size_t at = SNAPSHOT_MAGIC_SIZE; at < HEADER_SUM_AT; at++) {
      for (unsigned how = 0; how < 7; how++) try_byte(copy, size, at, how);
    }
    free(copy);
  }
}

/* The section table and the catalog, the last section. */
static void catalogs_that_lie(void) {
  for (size_t i = 0; i < TABLES; i++) {
    size_t size = originals[i].size;
    unsigned char *copy = copy_of(originals[i].bytes, size);
    size_t table = (size_t)load_u64(copy + HEADER_TABLE_AT);
    size_t catalog = (size_t)load_u64(copy + size - SNAPSHOT_ENTRY + ENTRY_OFFSET_AT);
    for (size_t at = catalog; at < size; at++) {
      bool sum = at >= table && (at - table) % SNAPSHOT_ENTRY >= ENTRY_SUM_AT;
      if (!sum) try_byte(copy, size, at, random_below(7));
    }
    free(copy);
  }
}

/* A number at any place becomes one that limits are made for. */
static void change_number(unsigned char *at, size_t left) {
  static const uint64_t numbers[] = {0,          1,          0x7fffffff, 0x80000000,
                                     0xffffffff, UINT64_MAX, INT64_MAX,  (uint64_t)INT64_MIN,
                                     65536,      65537,      256,        9};
  uint64_t number = numbers[random_below(sizeof numbers / sizeof numbers[0])];
  if (random_below(4) == 0) number = load_u64(at) + random_below(64) - 32;
  size_t width = (size_t)1 << random_below(4);
  for (size_t i = 0; i < width && i < left; i++) at[i] = (unsigned char)(number >> (8 * i));
}

/* Changes `count` places in the sections; those of headers, which say most, more often. */
static void change_sections(unsigned char *wide, const bool *gaps, uint32_t count) {
  size_t table = (size_t)load_u64(wide + HEADER_TABLE_AT);
  uint32_t sections = load_u32(wide + HEADER_SECTIONS_AT);
  while (count-- > 0) {
    const unsigned char *entry = wide + table + (size_t)random_below(sections) * SNAPSHOT_ENTRY;
    size_t offset = (size_t)load_u64(entry + ENTRY_OFFSET_AT);
    size_t length = (size_t)load_u64(entry + ENTRY_SIZE_AT);
    if (length < 16 || gaps[offset]) continue;
    size_t reach = random_below(2) == 0 && length > 320 ? 320 : length;
    size_t at = random_below((uint32_t)reach - 8);
    if (random_below(3) == 0) {
      wide[offset + at] ^= (unsigned char)(1u << random_below(8));
    } else {
      change_number(wide + offset + at, length - at);
    }
  }
}

static void sections_that_lie(void) {
  uint32_t readable = 0, count = tries(250);
  for (size_t i = 0; i < TABLES; i++) {
    size_t size = 0;
    bool *gaps = NULL;
    unsigned char *wide = harness_spread(originals[i].bytes, originals[i].size, 64, &size, &gaps);
    if (!harness_try(wide, size, gaps)) fail("table %d, spread out, is not read", (int)i);
    for (uint32_t k = 0; k < count; k++) {
      unsigned char *copy = copy_of(wide, size);
      change_sections(copy, gaps, 1 + random_below(3));
      harness_mend(copy, size);
      readable += harness_try(copy, size, gaps);
      free(copy);
    }
    sqlite3_free(wide);
    sqlite3_free(gaps);
  }
  /* Else all that was tried is whether the file is refused. */
  if (readable < TABLES * count / 20) fail("only %u files could be read at all", readable);
}

/* ---- 3. system calls ------------------------------------------------------------------------- */

static FileCalls system_calls;
static long calls_left = -1; /* until one fails; -1: none does */
static int failing_errno;
static bool short_writes;

static bool next_fails(void) {
  if (calls_left < 0 || calls_left-- > 0) return false;
  errno = failing_errno;
  return true;
}

static int failing_open(const char *path, int flags, mode_t mode) {
  return next_fails() ? -1 : system_calls.open(path, flags, mode);
}

static int failing_stat(const char *path, struct stat *into) {
  return next_fails() ? -1 : system_calls.stat(path, into);
}

static int failing_fstat(int file, struct stat *into) {
  return next_fails() ? -1 : system_calls.fstat(file, into);
}

static int failing_fchmod(int file, mode_t mode) {
  return next_fails() ? -1 : system_calls.fchmod(file, mode);
}

static ssize_t failing_pread(int file, void *bytes, size_t size, off_t at) {
  return next_fails() ? -1 : system_calls.pread(file, bytes, size, at);
}

static ssize_t failing_pwrite(int file, const void *bytes, size_t size, off_t at) {
  if (next_fails()) return -1;
  return system_calls.pwrite(file, bytes, short_writes && size > 7 ? size / 2 : size, at);
}

static int failing_fsync(int file) { return next_fails() ? -1 : system_calls.fsync(file); }

static int failing_close(int file) {
  int closed = system_calls.close(file);
  return next_fails() ? -1 : closed;
}

static int failing_rename(const char *from, const char *to) {
  return next_fails() ? -1 : system_calls.rename(from, to);
}

static void *failing_mmap(void *at, size_t size, int protection, int flags, int file,
                          off_t offset) {
  return next_fails() ? (void *)-1 : system_calls.mmap(at, size, protection, flags, file, offset);
}

static void install_failing_calls(void) {
  system_calls = file_calls;
  file_calls.open = failing_open;
  file_calls.stat = failing_stat;
  file_calls.fstat = failing_fstat;
  file_calls.fchmod = failing_fchmod;
  file_calls.pread = failing_pread;
  file_calls.pwrite = failing_pwrite;
  file_calls.fsync = failing_fsync;
  file_calls.close = failing_close;
  file_calls.rename = failing_rename;
  file_calls.mmap = failing_mmap;
}

static unsigned count_files(void) {
  DIR *directory = opendir(".");
  unsigned files = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    files += strncmp(entry->d_name, SAVED, strlen(SAVED)) == 0;
  }
  closedir(directory);
  return files;
}

static char *rows_of(sqlite3 *db) {
  sqlite3_stmt *statement = NULL;
  char *text = NULL;
  sqlite3_prepare_v2(db, "SELECT group_concat(rowid || quote(k), ';') FROM t", -1, &statement,
                     NULL);
  if (sqlite3_step(statement) == SQLITE_ROW) {
    text = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
  }
  if (sqlite3_finalize(statement) != SQLITE_OK) text = sqlite3_mprintf("error");
  return text;
}

/*
** Runs a statement with its calls failing in turn; what each has to leave as it is. Out of a
** function SQLITE_FULL and SQLITE_IOERR would make core roll back the transaction: slots_save ends
** with an SQLITE_ERROR.
*/
static void fail_in_turn(const char *sql, int number, int code, unsigned least) {
  sqlite3 *db = open_slots(":memory:");
  must(db, "CREATE VIRTUAL TABLE t USING slots(k, INDEX(k)); INSERT INTO t VALUES(1), (2), (3);"
           "SELECT slots_save('t', '" SAVED "'); INSERT INTO t VALUES(4)");
  File old = read_file(SAVED);
  char *rows = rows_of(db);
  unsigned failed = 0;
  install_failing_calls();
  for (long n = 0;; n++) {
    char *error = NULL;
    failing_errno = number;
    calls_left = n;
    int rc = sqlite3_exec(db, sql, NULL, NULL, &error);
    bool none = calls_left >= 0;
    calls_left = -1;
    if (none) {
      if (rc != SQLITE_OK) fail("without a failure: %s", error);
      sqlite3_free(error);
      break;
    }
    /* The file may only be replaced where the directory could not be synced afterwards. */
    bool replaced = error != NULL && strstr(error, "is in place") != NULL;
    failed += rc != SQLITE_OK;
    if (rc != SQLITE_OK && (rc != code || strstr(error, strerror(number)) == NULL)) {
      fail("failure %ld: error %d, %s", n, rc, error);
    }
    File now = read_file(SAVED);
    bool same = now.size == old.size && memcmp(now.bytes, old.bytes, old.size) == 0;
    if (!same && !replaced && rc != SQLITE_OK) fail("failure %ld: the old file changed", n);
    if (count_files() != 1) fail("failure %ld: %u files", n, count_files());
    char *after = rows_of(db);
    if (strcmp(rows, after) != 0) fail("failure %ld: the table changed", n);
    sqlite3_free(after);
    sqlite3_free(error);
    free(now.bytes);
    if (!same) write_file(SAVED, &old);
  }
  file_calls = system_calls;
  if (failed < least) fail("only %u calls failed", failed);
  sqlite3_free(rows);
  free(old.bytes);
  sqlite3_close(db);
}

#define SAVE "SELECT slots_save('t', '" SAVED "')"
#define MAP "CREATE VIRTUAL TABLE u USING slots(snapshot='" SAVED "'); DROP TABLE u"

static void full_disk(void) { fail_in_turn(SAVE, ENOSPC, SQLITE_ERROR, 12); }
static void full_quota(void) { fail_in_turn(SAVE, EDQUOT, SQLITE_ERROR, 12); }
static void broken_disk(void) { fail_in_turn(SAVE, EIO, SQLITE_ERROR, 12); }
static void broken_disk_when_mapping(void) { fail_in_turn(MAP, EIO, SQLITE_IOERR, 3); }
static void full_disk_when_mapping(void) { fail_in_turn(MAP, ENOSPC, SQLITE_FULL, 3); }
static void full_quota_when_mapping(void) { fail_in_turn(MAP, EDQUOT, SQLITE_FULL, 3); }
static void no_address_space(void) { fail_in_turn(MAP, ENOMEM, SQLITE_CANTOPEN, 3); }

static void short_and_interrupted_writes(void) {
  sqlite3 *db = open_slots(":memory:");
  short_writes = true;
  install_failing_calls();
  failing_errno = EINTR;
  must(db, "CREATE VIRTUAL TABLE t USING slots(k, INDEX(k)); INSERT INTO t VALUES(1), (2), (3)");
  calls_left = 3; /* a write, after open, stat and fchmod */
  if (sqlite3_exec(db, SAVE, NULL, NULL, NULL) != SQLITE_OK) fail("%s", sqlite3_errmsg(db));
  calls_left = -1;
  short_writes = false;
  file_calls = system_calls;
  must(db, "CREATE VIRTUAL TABLE u USING slots(snapshot='" SAVED "')");
  must(db, "SELECT CASE WHEN (SELECT count(*) FROM u) <> 3 THEN abs(-9223372036854775808) END");
  sqlite3_close(db);
}

static ssize_t pwrite_nothing(int file, const void *bytes, size_t size, off_t at) {
  (void)file, (void)bytes, (void)size, (void)at;
  return 0;
}

static void a_write_of_nothing_is_a_full_disk(void) {
  sqlite3 *db = open_slots(":memory:");
  system_calls = file_calls;
  must(db, "CREATE VIRTUAL TABLE t USING slots(k); INSERT INTO t VALUES(1), (2), (3)");
  file_calls.pwrite = pwrite_nothing;
  int rc = sqlite3_exec(db, SAVE, NULL, NULL, NULL);
  file_calls = system_calls;
  if (rc != SQLITE_ERROR || strstr(sqlite3_errmsg(db), strerror(ENOSPC)) == NULL) {
    fail("error %d, %s", rc, sqlite3_errmsg(db));
  }
  sqlite3_close(db);
}

static unsigned made, open_to_others;

static int noted_open(const char *path, int flags, mode_t mode) {
  made += (flags & O_CREAT) != 0;
  open_to_others += (flags & O_CREAT) != 0 && (mode & 077) != 0;
  return system_calls.open(path, flags, mode);
}

#define ROWS_DIFFER "SELECT * FROM t EXCEPT SELECT * FROM c"

/* Two connections with a cache over one file, the second of which publishes its rows. */
static void share_rows(void) {
  sqlite3 *db[2] = {open_slots("snapshot_test.db"), open_slots("snapshot_test.db")};
  must(db[0],
       "CREATE TABLE t(k INTEGER PRIMARY KEY, a); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL "
       "SELECT i + 1 FROM c WHERE i < 3000) INSERT INTO t SELECT i, i % 7 FROM c; "
       "CREATE VIRTUAL TABLE c USING slots(content='t'); SELECT count(*) FROM c");
  for (int i = 1; i >= 0; i--) {
    must(db[i], "SELECT CASE WHEN (SELECT count(*) FROM c) <> 3000 OR EXISTS (" ROWS_DIFFER
                ") THEN abs(-9223372036854775808) END");
  }
  for (int i = 0; i < 2; i++) sqlite3_close(db[i]);
  unlink("snapshot_test.db");
}

static void shared_rows_are_private(void) {
  made = open_to_others = 0;
  system_calls = file_calls;
  file_calls.open = noted_open;
  share_rows();
  file_calls = system_calls;
  if (made < 2) fail("%u files were made", made);
  if (open_to_others > 0) fail("%u of %u files can be read by others", open_to_others, made);
}

static int told; /* where the names of files that are made go */

static int telling_open(const char *path, int flags, mode_t mode) {
  if ((flags & O_CREAT) && write(told, path, strlen(path)) < 0) abort();
  return system_calls.open(path, flags, mode);
}

/* In a new process: the name under which a file is written. */
static void save_in_child(char *name, size_t size) {
  int ends[2];
  if (pipe(ends) != 0) abort();
  pid_t child = fork();
  if (child == 0) {
    told = ends[1];
    file_calls.open = telling_open;
    must(open_slots(":memory:"), "CREATE VIRTUAL TABLE t USING slots; " SAVE);
    _exit(0);
  }
  close(ends[1]);
  if (child < 0 || read(ends[0], name, size) < 0 || waitpid(child, NULL, 0) != child) abort();
  close(ends[0]);
}

/* Their random numbers are the same. */
static void processes_of_a_fork_write_apart(void) {
  char drawn, names[2][100] = {"", ""};
  system_calls = file_calls;
  sqlite3_randomness(1, &drawn);
  for (int i = 0; i < 2; i++) save_in_child(names[i], sizeof names[i] - 1);
  if (names[0][0] == 0 || strcmp(names[0], names[1]) == 0) fail("both write %s", names[0]);
}

static void rows_are_not_shared_where_calls_fail(void) {
  long failed = 0;
  install_failing_calls();
  failing_errno = ENOSPC;
  for (bool one_failed = true; one_failed; failed += one_failed) {
    calls_left = failed;
    share_rows();
    one_failed = calls_left < 0;
  }
  calls_left = -1;
  file_calls = system_calls;
  if (failed < 15) fail("only %ld calls failed", failed);
}

/* ---- 4. threads ------------------------------------------------------------------------------ */

#define THREADS 4
#define ROUNDS 40

/* Each row of a file says the same, so rows of two files would be noticed. */
static void *use_in_thread(void *argument) {
  sqlite3 *db = open_slots(":memory:");
  sqlite3_stmt *statement = NULL;
  int *wrong = argument;
  must(db, "CREATE VIRTUAL TABLE f USING slots(snapshot='" SAVED "', follow=on)");
  for (int i = 0; i < ROUNDS; i++) {
    must(db, "CREATE VIRTUAL TABLE t USING slots(snapshot='" SAVED "')");
    must(db, "UPDATE t SET k = k WHERE rowid < 20; INSERT INTO t(t) VALUES('optimize')");
    sqlite3_prepare_v2(db,
                       "SELECT (SELECT count(DISTINCT k) * 1000 + count(*) FROM t), "
                       "(SELECT count(DISTINCT k) * 1000 + count(*) FROM f)",
                       -1, &statement, NULL);
    if (sqlite3_step(statement) != SQLITE_ROW || sqlite3_column_int(statement, 0) != 1300 ||
        sqlite3_column_int(statement, 1) != 1300) {
      *wrong += 1;
    }
    sqlite3_finalize(statement);
    must(db, "DROP TABLE t");
  }
  sqlite3_close(db);
  return NULL;
}

static void threads(void) {
  pthread_t workers[THREADS];
  int wrong[THREADS] = {0};
  sqlite3 *db = open_slots(":memory:");
  must(db, "CREATE TABLE n(i); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c "
           "WHERE i < 300) INSERT INTO n SELECT i FROM c");
  must(db, "CREATE VIRTUAL TABLE t USING slots(k, INDEX(k)); INSERT INTO t SELECT 0 FROM n");
  must(db, SAVE);
  for (int i = 0; i < THREADS; i++) {
    if (pthread_create(&workers[i], NULL, use_in_thread, &wrong[i]) != 0) abort();
  }
  for (int i = 0; i < ROUNDS; i++) {
    must(db, "UPDATE t SET k = k + 1");
    must(db, SAVE);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(workers[i], NULL);
    if (wrong[i] > 0) fail("thread %d has seen %d wrong tables", i, wrong[i]);
  }
  sqlite3_close(db);
}

/*
** ---- 5. the checksum
** ------------------------------------------------------------------------------
*/

static void checksum_is_xxh64(void) {
  static const struct {
    const char *text;
    uint64_t sum;
  } known[] = {{"", 0xef46db3751d8e999u},
               {"a", 0xd24ec4f1a98c6e5bu},
               {"abc", 0x44bc2cf5ad770999u},
               {"The quick brown fox jumps over the lazy dog", 0x0b242d361fda71bcu},
               {"0123456789012345678901234567890123456789012345678901234567890123456789",
                0x4916a0f3f0e1c781u}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    uint64_t sum = checksum((const unsigned char *)known[i].text, strlen(known[i].text));
    if (sum != known[i].sum) fail("of '%s'", known[i].text);
  }
}

int main(void) {
  const char *build = getenv("BUILD");
  if (chdir(build == NULL ? "build" : build) != 0) return 1;
  run_case("checksum_is_xxh64", checksum_is_xxh64);
  make_files();
  harness_open();
  run_case("whole_files_are_read", whole_files_are_read);
  run_case("cut_off_anywhere", cut_off_anywhere);
  run_case("changed_anywhere", changed_anywhere);
  run_case("headers_that_lie", headers_that_lie);
  run_case("catalogs_that_lie", catalogs_that_lie);
  run_case("sections_that_lie", sections_that_lie);
  harness_close();
  run_case("full_disk", full_disk);
  run_case("full_quota", full_quota);
  run_case("broken_disk", broken_disk);
  run_case("broken_disk_when_mapping", broken_disk_when_mapping);
  run_case("full_disk_when_mapping", full_disk_when_mapping);
  run_case("full_quota_when_mapping", full_quota_when_mapping);
  run_case("no_address_space", no_address_space);
  run_case("short_and_interrupted_writes", short_and_interrupted_writes);
  run_case("a_write_of_nothing_is_a_full_disk", a_write_of_nothing_is_a_full_disk);
  run_case("shared_rows_are_private", shared_rows_are_private);
  run_case("processes_of_a_fork_write_apart", processes_of_a_fork_write_apart);
  run_case("rows_are_not_shared_where_calls_fail", rows_are_not_shared_where_calls_fail);
  run_case("threads", threads);
  for (size_t i = 0; i < TABLES; i++) free(originals[i].bytes);
  unlink(SAVED);
  return failures != 0;
}
