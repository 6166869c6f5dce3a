/*
** compact_test.c: how often rows are written again, and how large segments become, where rows are
** large (store/compact.h).
**
** Plan
**   1 A load of large rows seals each once; so do loads of one statement after the other.
**   2 'optimize' leaves segments alone that are full, in rows or in bytes.
**   3 A few large rows among many small ones: no segment gets more than its share of bytes.
**   4 What was learned for the next segment goes with the transaction.
*/
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "database.h"
#include "connection/registry.h"

#define SEGMENT_SHARE ((uint64_t)26 << 20) /* bytes of a full segment, about */

static sqlite3 *db;
static Table *table; /* t of the connection */

static void run(const char *sql) {
  char *error = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK) fail("%s: %s", sql, error);
  sqlite3_free(error);
}

static void open_database(void) {
  db = open_slots(":memory:");
  run("CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, a TEXT, b BLOB)");
  Registry *registry = registry_attach(db);
  table = registry->tables[0].table;
  registry_release(registry);
}

static void close_database(void) {
  if (sqlite3_close(db) != SQLITE_OK) fail("not closed");
}

static void load(int first, int last, int size) {
  char sql[300];
  sqlite3_snprintf(sizeof sql, sql,
                   "WITH RECURSIVE n(i) AS (VALUES(%d) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
                   " INSERT INTO t SELECT i, 'row ' || i, randomblob(%d) FROM n",
                   first, last, size);
  run(sql);
}

/* ---- cases ----------------------------------------------------------------------------------- */

static void a_load_of_large_rows(void) {
  open_database();
  load(1, 300, 300000);
  uint32_t segments = table->list->count;
  if (segments < 3 || table->serials != segments) {
    fail("%u segments, %u made", segments, (unsigned)table->serials);
  }
  close_database();
}

static void loads_of_large_rows(void) {
  open_database();
  for (int i = 0; i < 4; i++) load(1 + 100 * i, 100 + 100 * i, 300000);
  uint32_t segments = table->list->count;
  if (segments < 4 || table->serials > 2 * segments) {
    fail("%u segments, %u made", segments, (unsigned)table->serials);
  }
  close_database();
}

static void optimize_of_full_segments(void) {
  open_database();
  load(1, 300, 300000);
  run("INSERT INTO t(t) VALUES('optimize')");
  uint64_t made = table->serials;
  run("INSERT INTO t(t) VALUES('optimize')");
  if (table->serials != made) fail("%u made again", (unsigned)(table->serials - made));
  close_database();
}

static void a_few_large_rows(void) {
  open_database();
  load(1, 60000, 10);
  load(60001, 60040, 2000000);
  load(60061, 90000, 10);
  run("INSERT INTO t(t) VALUES('optimize')");
  run("UPDATE t SET b = zeroblob(2000000) WHERE id % 1000 = 0 AND id < 60000");
  run("INSERT INTO t(t) VALUES('optimize')");
  for (uint32_t i = 0; i < table->list->count; i++) {
    const Segment *segment = table->list->items[i];
    if (segment->payload < SEGMENT_SHARE + SEGMENT_SHARE / 4) continue;
    fail("segment %u: %u rows, %u MB", i, segment->rows, (unsigned)(segment->payload >> 20));
  }
  if (table->list->count > 16) fail("%u segments", table->list->count);
  close_database();
}

static bool has_training(void) {
  for (uint32_t i = 0; i < table->columns; i++) {
    if (table->lessons[i].training != NULL) return true;
  }
  return false;
}

static void trainings(void) {
  static const char *const ends[] = {"COMMIT", "ROLLBACK"};
  open_database();
  for (int i = 0; i < 2; i++) {
    run("BEGIN");
    load(1 + 70000 * i, 70000 + 70000 * i, 1);
    if (!has_training()) fail("nothing is kept");
    run(ends[i]);
    if (has_training()) fail("it stays after %s", ends[i]);
  }
  close_database();
}

int main(void) {
  run_case("a load of large rows", a_load_of_large_rows);
  run_case("loads of large rows", loads_of_large_rows);
  run_case("optimize of full segments", optimize_of_full_segments);
  run_case("a few large rows", a_few_large_rows);
  run_case("trainings", trainings);
  return failures > 0;
}
