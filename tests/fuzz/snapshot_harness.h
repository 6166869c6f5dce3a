/*
** snapshot_harness.h: opens bytes as a snapshot file and uses everything that can be used
** of it, for snapshot_test.c
** and the fuzz target (snapshot.c).
**
** The file exists in memory only: files.c's system calls are replaced, and its
** "mapping" is a block of just that size, so that a sanitizer sees every read
** beyond it. Whatever the bytes are, nothing may go wrong but an SQL error.
** Needs a library built with SLOTS_TEST_FILES.
*/
#ifndef FUZZ_SNAPSHOT_HARNESS_H
#define FUZZ_SNAPSHOT_HARNESS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/checksum.h"
#include "snapshot/file_calls.h"
#include "snapshot/snapshot_format.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

int sqlite3_slots_init(sqlite3 *harness_db, char **error, const void *api);

/* VM steps of one statement: a file may promise rows without end. */
#define STEPS 40000

static sqlite3 *harness_db;
static FileCalls real;

/* ---- a file in memory --------------------------------------------------------------- */

static struct {
  const unsigned char *bytes;
  size_t size;
  const bool *gaps;
  ino_t inode; /* another for each try */
} content;

static int fake_open(const char *path, int flags, mode_t mode) {
  (void)path, (void)flags, (void)mode;
  return 1000;
}

static int fake_close(int file) {
  (void)file;
  return 0;
}

static int fake_stat(const char *path, struct stat *into) {
  (void)path;
  memset(into, 0, sizeof *into);
  into->st_mode = S_IFREG | 0644;
  into->st_ino = content.inode;
  into->st_size = (off_t)content.size;
  return 0;
}

static int fake_fstat(int file, struct stat *into) {
  (void)file;
  return fake_stat("", into);
}

static int fake_fchmod(int file, mode_t mode) {
  (void)file, (void)mode;
  return 0;
}

static ssize_t fake_pread(int file, void *bytes, size_t size, off_t at) {
  (void)file;
  size_t from = (size_t)at < content.size ? (size_t)at : content.size;
  size_t there = content.size - from < size ? content.size - from : size;
  memcpy(bytes, content.bytes + from, there);
  return (ssize_t)there;
}

static ssize_t fake_pwrite(int file, const void *bytes, size_t size, off_t at) {
  (void)file, (void)bytes, (void)at;
  return (ssize_t)size;
}

static int fake_fsync(int file) {
  (void)file;
  return 0;
}

static int fake_rename(const char *from, const char *to) {
  (void)from, (void)to;
  return 0;
}

static int fake_unlink(const char *path) {
  (void)path;
  return 0;
}

static void *fake_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
  (void)at, (void)protection, (void)flags, (void)file, (void)offset;
  unsigned char *block = malloc(size);
  if (block == NULL) abort();
  memcpy(block, content.bytes, size);
  for (size_t i = 0; content.gaps != NULL && i < size; i += 8) {
    if (content.gaps[i]) ASAN_POISON_MEMORY_REGION(block + i, 8);
  }
  return block;
}

static int fake_munmap(void *bytes, size_t size) {
  ASAN_UNPOISON_MEMORY_REGION(bytes, size);
  (void)size;
  free(bytes);
  return 0;
}

static const FileCalls fake = {.open = fake_open,
                               .close = fake_close,
                               .stat = fake_stat,
                               .fstat = fake_fstat,
                               .fchmod = fake_fchmod,
                               .pread = fake_pread,
                               .pwrite = fake_pwrite,
                               .fsync = fake_fsync,
                               .rename = fake_rename,
                               .unlink = fake_unlink,
                               .mmap = fake_mmap,
                               .munmap = fake_munmap};

/* ---- using it -------------------------------------------------------------------------- */

static int stop(void *unused) {
  (void)unused;
  return 1;
}

static inline void harness_open(void) {
  real = file_calls;
  if (sqlite3_open(":memory:", &harness_db) != SQLITE_OK) abort();
  if (sqlite3_slots_init(harness_db, NULL, NULL) != SQLITE_OK) abort();
}

static inline void harness_close(void) {
  sqlite3_close(harness_db);
  harness_db = NULL;
}

static inline bool run(const char *sql) {
  sqlite3_progress_handler(harness_db, STEPS, stop, NULL);
  int rc = sqlite3_exec(harness_db, sql, NULL, NULL, NULL);
  sqlite3_progress_handler(harness_db, 0, NULL, NULL);
  return rc == SQLITE_OK || rc == SQLITE_INTERRUPT;
}

static bool map(const unsigned char *bytes, size_t size, const bool *gaps) {
  content.bytes = bytes;
  content.size = size;
  content.gaps = gaps;
  content.inode++;
  return run("CREATE VIRTUAL TABLE t USING slots(snapshot='/fuzzed')");
}

/*
** Maps the bytes, reads, writes and saves. `gaps`, if not NULL, tells the bytes (one
** flag each) that nobody has a reason to read. True if no statement failed; each
** runs, whatever the one before it answered.
*/
static inline bool harness_try(const unsigned char *bytes, size_t size, const bool *gaps) {
  static const char *const statements[] = {
      "SELECT * FROM t WHERE rowid = 7",
      "SELECT * FROM t",
      "SELECT * FROM t ORDER BY rowid DESC LIMIT 40",
      "SELECT * FROM t WHERE rowid BETWEEN 10 AND 30",
      "SELECT * FROM t WHERE k = 'key 7' UNION ALL SELECT * FROM t WHERE k = 12",
      "SELECT * FROM t WHERE k = 'key 7' AND rowid > 20 ORDER BY rowid LIMIT 12",
      "SELECT * FROM t WHERE k = 'key 7' AND rowid BETWEEN 9 AND 250 ORDER BY rowid DESC",
      "SELECT * FROM t AS a JOIN t AS b ON a.k = b.k WHERE a.rowid < 60",
      "SELECT * FROM t AS a JOIN t AS b ON a.rowid = b.rowid - 3",
      "SELECT rowid FROM t WHERE k LIKE '%7%' OR k GLOB 'key*1'",
      /* the order of k, which the fourth makes */
      "SELECT rowid, k FROM t ORDER BY k LIMIT 5",
      "SELECT rowid, k FROM t ORDER BY k DESC LIMIT 5",
      "SELECT max(k) FROM t",
      "SELECT rowid, k FROM t ORDER BY k LIMIT 5",
      "SELECT rowid, k FROM t WHERE k > 'key 98' ORDER BY k DESC LIMIT 5",
      "SELECT rowid FROM t WHERE k > 'key 98' OR k GLOB 'key 77*'",
      "SELECT rowid FROM t WHERE (k, rowid) > ('key 2', 9) ORDER BY k, rowid LIMIT 5",
      "SELECT * FROM slots_layout('t')",
      "SELECT * FROM slots_stats('t')",
      "SELECT slots_save('t', '/saved')",
      "INSERT INTO t(k) SELECT k || 'x' FROM t WHERE rowid < 9",
      "UPDATE t SET k = 'key' || rowid WHERE rowid % 5 = 0",
      "REPLACE INTO t(rowid, k) VALUES(3, 'key 7')",
      "DELETE FROM t WHERE rowid % 3 = 0",
      "SELECT * FROM t",
      "INSERT INTO t(t) VALUES('optimize')",
      "SELECT * FROM t WHERE k = 'key 7'",
      "SELECT * FROM t ORDER BY rowid DESC",
      "SELECT slots_save('t', '/saved')",
  };
  file_calls = fake;
  bool mapped = map(bytes, size, gaps), good = mapped;
  for (size_t i = 0; mapped && i < sizeof statements / sizeof statements[0]; i++) {
    good = run(statements[i]) && good;
  }
  run("DROP TABLE IF EXISTS t");
  file_calls = real;
  return good;
}

/* All rows of the file as one text, in sqlite3_malloc's memory; NULL after an error. */
static inline char *harness_rows(const unsigned char *bytes, size_t size) {
  sqlite3_stmt *statement = NULL;
  sqlite3_str *text = sqlite3_str_new(NULL);
  file_calls = fake;
  bool good = map(bytes, size, NULL) && sqlite3_prepare_v2(harness_db, "SELECT rowid, * FROM t", -1,
                                                           &statement, NULL) == SQLITE_OK;
  while (good && sqlite3_step(statement) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      int length = sqlite3_column_bytes(statement, i);
      sqlite3_str_appendf(text, "%d:%d:", sqlite3_column_type(statement, i), length);
      sqlite3_str_append(text, (const char *)sqlite3_column_text(statement, i), length);
    }
  }
  good = sqlite3_finalize(statement) == SQLITE_OK && good;
  run("DROP TABLE IF EXISTS t");
  file_calls = real;
  sqlite3_str_append(text, ".", 1);
  char *rows = sqlite3_str_finish(text);
  if (good) return rows;
  sqlite3_free(rows);
  return NULL;
}

/* ---- the file's layout ------------------------------------------------------------------- */

/* Only a machine that stores integers as bits.h does runs these tests. */
static void mend_sections(unsigned char *bytes, size_t table, uint32_t sections) {
  for (uint32_t i = 0; i < sections; i++) {
    unsigned char *entry = bytes + table + (size_t)i * SNAPSHOT_ENTRY;
    uint64_t offset = load_u64(entry + ENTRY_OFFSET_AT), length = load_u64(entry + ENTRY_SIZE_AT);
    if (offset > table || length > table - offset) continue;
    store_u64(entry + ENTRY_SUM_AT, checksum(bytes + offset, (size_t)length));
  }
}

/* Makes all checksums right that can be found. */
static inline void harness_mend(unsigned char *bytes, size_t size) {
  if (size < SNAPSHOT_HEADER) return;
  uint64_t table = load_u64(bytes + HEADER_TABLE_AT);
  uint32_t sections = load_u32(bytes + HEADER_SECTIONS_AT);
  if (table <= size && (uint64_t)sections * SNAPSHOT_ENTRY <= size - table) {
    mend_sections(bytes, (size_t)table, sections);
    store_u64(bytes + HEADER_TABLE_SUM_AT,
              checksum(bytes + table, (size_t)sections * SNAPSHOT_ENTRY));
  }
  store_u64(bytes + HEADER_SIZE_AT, size);
  store_u64(bytes + HEADER_SUM_AT, checksum(bytes, HEADER_SUM_AT));
}

/*
** The same file with `gap` bytes (a multiple of 8) between its sections, in
** sqlite3_malloc's memory, and which bytes are in no section.
*/
static inline unsigned char *harness_spread(const unsigned char *bytes, size_t size, size_t gap,
                                            size_t *spread, bool **gaps) {
  size_t table = (size_t)load_u64(bytes + HEADER_TABLE_AT), at = SNAPSHOT_HEADER;
  uint32_t sections = load_u32(bytes + HEADER_SECTIONS_AT);
  size_t most = size + (sections + 1) * (gap + 8);
  unsigned char *wide = sqlite3_malloc64(most);
  *gaps = sqlite3_malloc64(most * sizeof **gaps);
  if (wide == NULL || *gaps == NULL) abort();
  memset(wide, 0, most);
  memset(*gaps, 1, most * sizeof **gaps);
  memcpy(wide, bytes, SNAPSHOT_HEADER);
  memset(*gaps, 0, SNAPSHOT_HEADER);
  unsigned char *entries = sqlite3_malloc64((size_t)sections * SNAPSHOT_ENTRY);
  if (entries == NULL) abort();
  memcpy(entries, bytes + table, (size_t)sections * SNAPSHOT_ENTRY);
  for (uint32_t i = 0; i < sections; i++) {
    unsigned char *entry = entries + (size_t)i * SNAPSHOT_ENTRY;
    size_t offset = (size_t)load_u64(entry + ENTRY_OFFSET_AT);
    size_t length = (size_t)load_u64(entry + ENTRY_SIZE_AT);
    at += gap;
    memcpy(wide + at, bytes + offset, length);
    memset(*gaps + at, 0, (length + 7) & ~(size_t)7);
    store_u64(entry + ENTRY_OFFSET_AT, at);
    at = (at + length + 7) & ~(size_t)7;
  }
  at += gap;
  memcpy(wide + at, entries, (size_t)sections * SNAPSHOT_ENTRY);
  memset(*gaps + at, 0, (size_t)sections * SNAPSHOT_ENTRY);
  sqlite3_free(entries);
  store_u64(wide + HEADER_TABLE_AT, at);
  *spread = at + (size_t)sections * SNAPSHOT_ENTRY;
  harness_mend(wide, *spread);
  return wide;
}

#endif
