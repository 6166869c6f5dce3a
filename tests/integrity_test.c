/*
** integrity_test.c: 'integrity-check' and PRAGMA integrity_check find what is damaged.
**
** Plan
**   1 Each damage below: a table of several segments, open rows and indexes is
**     found whole, then one field or some bytes are overwritten, behind SQL's back,
**     and the command fails with SQLITE_CORRUPT and words that name the damage.
**   2 The same through PRAGMA integrity_check and quick_check, from SQLite 3.44 on.
*/
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "database.h"
#include "connection/registry.h"
#include "store/open_index.h"

#define MANY                                                                                       \
  "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO t "   \
  "SELECT i, i * 7, 'text number ' || i, i %% 10, 'group ' || i %% 5 FROM n"

static Table *table; /* the one of the connection */

/* ---- damages ----------------------------------------------------------------------------- */

static Segment *segment(uint32_t number) { return table->list->items[number]; }

static unsigned char *writable(const unsigned char *bytes) {
  return (unsigned char *)(uintptr_t)bytes;
}

static Index *run_index(uint32_t number) { return table->list->sets[number].runs[0].index; }

static void swap_segments(void) {
  Segment *first = segment(0);
  table->list->items[0] = segment(1);
  table->list->items[1] = first;
}

static void segment_end(void) { segment(0)->last++; }
static void segment_begin(void) { segment(0)->first--; }
static void segment_columns(void) { segment(0)->columns++; }
static void empty_block(void) { table->open.blocks[0]->count = 0; }
static void row_count(void) { table->rows++; }
static void last_rowid(void) {
  table->last_rowid = 123456789;
  table->last_known = true;
}

static void struct_bytes(void) { writable(segment(0)->structs)[40] ^= 0x55; }

static void open_order(void) {
  OpenBlock *block = table->open.blocks[0];
  OpenEntry entry = block->entries[3];
  block->entries[3] = block->entries[4];
  block->entries[4] = entry;
}

static void open_count_wrong(void) { table->open.count++; }
static void open_bytes(void) { table->open.row_bytes -= 8; }
static void index_entry_bytes(void) { *writable(run_index(0)->packed + 200) ^= 0xff; }
static void index_directory(void) { *writable(run_index(0)->directory + 200) ^= 0xff; }

static void index_part(void) { run_index(1)->parts[0].rows--; }
static void index_part_gone(void) { table->list->sets[0].runs[0].where[0] = NO_SEGMENT; }
static void empty_hints(HintedPart part) {
  if (open_index_ask(table, 1, part) != SQLITE_OK) abort();
  hints_empty(&table->indexes[1].hints[part]);
}
static void no_hints(void) { empty_hints(HINTED_KEY); }
static void no_first_hints(void) { empty_hints(HINTED_FIRST); }

/* Rows as nothing but a damaged store could have them. */
static void put_row(int64_t rowid, Value b, Value c) {
  Value values[5] = {{.type = VALUE_NULL}, b, c, {.type = VALUE_NULL}, {.type = VALUE_NULL}};
  if (table_reserve(table, 1) != SQLITE_OK) abort();
  table_put(table, rowid, row_create(values, 5));
}

static Value integer(int64_t number) { return (Value){.type = VALUE_INTEGER, .integer = number}; }

static Value text(const char *bytes) {
  return (Value){
      .type = VALUE_TEXT, .bytes = (const unsigned char *)bytes, .size = (uint32_t)strlen(bytes)};
}

/* Two entries of one key, of which there are a thousand. */
static void index_order(void) {
  Index *index = run_index(2);
  unsigned bits = 8 + index->width;
  IndexProbe probe;
  uint64_t hash;
  Value key[] = {text("group 1")};
  index_hash(&table->indexes[2].def, key, false, &hash);
  index_probe(index, hash, &probe);
  uint64_t at = (uint64_t)probe.entry * bits;
  uint64_t other = bits_get(index->packed, at, bits) ^ bits_get(index->packed, at + bits, bits);
  for (int i = 0; i < 2; i++, at += bits) {
    unsigned char *bytes = writable(index->packed + at / 8);
    store_u64(bytes, load_u64(bytes) ^ other << at % 8);
  }
}

static void same_key(void) { put_row(100000, integer(700), text("twice")); }
static void same_key_open(void) {
  put_row(100000, integer(-5), text("one"));
  put_row(100001, integer(-5), text("two"));
}
static void null_value(void) { put_row(100000, integer(-5), (Value){.type = VALUE_NULL}); }
static void failed_check(void) { put_row(100000, integer(-5), text("forbidden")); }

typedef struct Damage {
  const char *name;
  void (*inflict)(void);
  const char *words;
  int quick; /* found by quick_check too */
} Damage;

static const Damage damages[] = {
    {"segments in the wrong order", swap_segments,
     "segment 1 begins before the end of the one in front", 1},
    {"last rowid of a segment", segment_end, "segment 0 ends with rowid", 1},
    {"first rowid of a segment", segment_begin, "segment 0: ", 1},
    {"columns of a segment", segment_columns, "segment 0 has 6 columns", 1},
    {"an empty block of open rows", empty_block, "open rows: a block of 0", 1},
    {"number of rows", row_count, "rows, not", 1},
    {"last rowid of the table", last_rowid, "the last rowid is 10050, not 123456789", 1},
    {"bytes of the packed structs", struct_bytes, "", 0},
    {"open rows in the wrong order", open_order, "is out of order", 1},
    {"number of open rows", open_count_wrong, "open rows: there are", 1},
    {"bytes of open rows", open_bytes, "open rows: there are", 1},
    {"an entry of an index", index_entry_bytes, "index on b: ", 0},
    {"entries of an index in the wrong order", index_order, "index on e: bucket", 0},
    {"the directory of an index", index_directory, "index on b: ", 0},
    {"a segment of an index", index_part, "index on c, d: ", 0},
    {"a segment without an index", index_part_gone, "index on b: segment 0 is in 0 runs", 0},
    {"hints of open rows", no_hints, "index on c, d: open row", 0},
    {"hints of their first columns", no_first_hints, "index on c, d: open row", 0},
    {"a key twice, open and sealed", same_key, "index on b: non-unique entry", 0},
    {"a key twice, both open", same_key_open, "index on b: non-unique entry", 0},
    {"NULL where it is forbidden", null_value, "NULL value in c (rowid 100000)", 1},
    {"a row that fails its CHECK", failed_check, "CHECK constraint failed: named (rowid 100000)",
     1},
};

/* ---- running ------------------------------------------------------------------------------ */

static void run(sqlite3 *db, const char *format, int first, int last) {
  char *sql = sqlite3_mprintf(format, first, last);
  must(db, sql);
  sqlite3_free(sql);
}

static sqlite3 *open_database(void) {
  sqlite3 *db = open_slots(":memory:");
  must(db,
       "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, b INT UNIQUE, c TEXT NOT NULL, "
       "d, e, UNIQUE(c, d), INDEX(e), CONSTRAINT named CHECK(c <> 'forbidden'))");
  run(db, MANY, 1, 5000);
  run(db, MANY, 5001, 7000);
  run(db, MANY, 10000, 10050);
  must(db,
       "UPDATE t SET c = 'changed ' || id WHERE id % 500 = 3; DELETE FROM t WHERE id % 500 = 4");
  Registry *registry = registry_attach(db);
  table = registry->tables[0].table;
  registry_release(registry);
  if (table->list == NULL || table->list->count < 2 || table->open.count < 60) abort();
  return db;
}

/* The first value of the first row, or the message of the error, in sqlite3_malloc's memory. */
static char *answer_of(sqlite3 *db, const char *sql, int *rc) {
  sqlite3_stmt *statement = NULL;
  char *answer = NULL;
  *rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (*rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    answer = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
  }
  if (*rc == SQLITE_OK) *rc = sqlite3_reset(statement);
  if (answer == NULL) answer = sqlite3_mprintf("%s", sqlite3_errmsg(db));
  sqlite3_finalize(statement);
  return answer;
}

static void expect(sqlite3 *db, const char *name, const char *sql, int wanted, const char *words) {
  int rc;
  char *answer = answer_of(db, sql, &rc), title[200];
  snprintf(title, sizeof title, "%s: %s", name, sql);
  bool named = rc != SQLITE_CORRUPT || strncmp(answer, "t: ", 3) == 0;
  if (rc != wanted || strstr(answer, words) == NULL || !named) fail("%d, %s", rc, answer);
  report(title);
  sqlite3_free(answer);
}

static void try_damage(const Damage *damage) {
  static const char command[] = "INSERT INTO t(t) VALUES('integrity-check')";
  sqlite3 *db = open_database();
  expect(db, "before", command, SQLITE_OK, "");
  damage->inflict();
  if (sqlite3_libversion_number() >= 3044000) {
    expect(db, damage->name, "PRAGMA integrity_check", SQLITE_OK, damage->words);
    expect(db, damage->name, "PRAGMA quick_check", SQLITE_OK, damage->quick ? damage->words : "ok");
  }
  /* Last, as the failing statement is rolled back, and some damages with it. */
  expect(db, damage->name, command, SQLITE_CORRUPT, damage->words);
  /* What is damaged cannot be relied on, not even to close it. */
}

int main(void) {
  for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) try_damage(&damages[i]);
  return failures > 0;
}
