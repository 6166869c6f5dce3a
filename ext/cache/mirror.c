/*
** mirror.c: see mirror.h.
*/
#include "mirror.h"

#include "store/compact.h"
#include "base/fetch.h"
#include "base/message.h"

#define CHANGES 1024 /* collected, as after making some the scan has to seek its place again */
#define STEP 16384   /* rows after which it is said how far it is */

typedef struct Pending {
  int64_t rowid;
  Row *row; /* NULL: the row is gone */
} Pending;

/* One run over the source. */
typedef struct Run {
  const Mirror *mirror;
  sqlite3_stmt *statement; /* the key, then the columns */
  Value *values;           /* of the source's current row */
  Scan scan;               /* of the table, at the row that is due */
  Pending changes[CHANGES];
  uint32_t count;
  Progress progress;
} Run;

static int refuse_key(const Mirror *mirror, char **error) {
  return message_fail(error, SQLITE_CONSTRAINT, "%s: %s of %s must be a unique integer",
                      mirror->name, mirror->key, mirror->from);
}

/* ---- changes ----------------------------------------------------------------------- */

static int make_changes(Run *run) {
  Table *table = run->mirror->table;
  int rc = table_reserve(table, run->count);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t i = 0; i < run->count; i++) {
    table_put(table, run->changes[i].rowid, run->changes[i].row);
  }
  run->count = 0;
  /* Short of memory the rows just stay open. */
  if (compact_is_due(table, SEAL_LOADING)) compact_seal(table, SEAL_LOADING);
  return SQLITE_OK;
}

static int add_change(Run *run, int64_t rowid, Row *row) {
  run->changes[run->count++] = (Pending){.rowid = rowid, .row = row};
  return run->count == CHANGES ? make_changes(run) : SQLITE_OK;
}

static int put_row(Run *run, int64_t rowid) {
  Row *row = row_create(run->values, (int)run->mirror->table->columns);
  return row == NULL ? SQLITE_NOMEM : add_change(run, rowid, row);
}

/* ---- comparing --------------------------------------------------------------------- */

/* Whether the row that the scan is at has the values of the source's row. */
static int compare_row(Run *run, bool *same) {
  *same = true;
  for (uint32_t i = 0; i < run->mirror->table->columns && *same; i++) {
    Value value;
    int rc = scan_value(&run->scan, i, &value);
    if (rc != SQLITE_OK) return rc;
    *same = value_identical(&value, &run->values[i]);
  }
  return SQLITE_OK;
}

/* The row of `rowid`, which the source has: inserts, changes or keeps it. */
static int settle_row(Run *run, int64_t rowid) {
  bool same = false;
  if (run->scan.eof || run->scan.rowid != rowid) return put_row(run, rowid);
  int rc = compare_row(run, &same);
  if (rc == SQLITE_OK && !same) rc = put_row(run, rowid);
  return rc;
}

/* ---- reading the source ------------------------------------------------------------- */

static int run_open(Run *run, char *sql) {
  const Table *table = run->mirror->table;
  run->values = sqlite3_malloc64((table->columns + 1) * sizeof *run->values);
  int rc = sql == NULL || run->values == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) {
    rc = sqlite3_prepare_v2(run->mirror->db, sql, -1, &run->statement, NULL);
  }
  sqlite3_free(sql);
  return rc == SQLITE_OK ? scan_open(&run->scan, run->mirror->table) : rc;
}

/* The connection knows of what a statement answered, not of what the store did, or progress. */
static const char *reason(sqlite3 *db, int rc) {
  return sqlite3_errcode(db) == rc ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
}

static int run_close(Run *run, int rc, char **error) {
  for (uint32_t i = 0; i < run->count; i++) row_free(run->changes[i].row);
  scan_close(&run->scan);
  rc = fetch_end(run->statement, rc);
  if (rc != SQLITE_OK && rc != SQLITE_NOMEM && *error == NULL) {
    rc = message_fail(error, rc, "%s: %s", run->mirror->name, reason(run->mirror->db, rc));
  }
  sqlite3_free(run->values);
  sqlite3_free(run);
  return rc;
}

static Run *run_new(const Mirror *mirror) {
  Run *run = sqlite_zeros(sizeof *run);
  if (run == NULL) return NULL;
  run->mirror = mirror;
  return run;
}

/* Reads the row that the statement is at; *rowid is what it is numbered where it has no key. */
static int read_row(Run *run, int64_t *rowid, char **error) {
  const Mirror *mirror = run->mirror;
  if (mirror->key != NULL) {
    if (sqlite3_column_type(run->statement, 0) != SQLITE_INTEGER) return refuse_key(mirror, error);
    *rowid = sqlite3_column_int64(run->statement, 0);
  }
  int rc = fetch_values(run->statement, (int)mirror->table->columns, run->values);
  if (mirror->key_column >= 0) run->values[mirror->key_column] = (Value){.type = VALUE_NULL};
  return rc;
}

/* Deletes the rows before `rowid` that the source does not have. */
static int drop_before(Run *run, int64_t rowid) {
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && !run->scan.eof && run->scan.rowid < rowid) {
    rc = add_change(run, run->scan.rowid, NULL);
    if (rc == SQLITE_OK) rc = scan_next(&run->scan);
  }
  return rc;
}

static int follow_source(Run *run, char **error) {
  int64_t rowid = 0, before = 0;
  uint64_t rows = 0;
  int rc = scan_start(&run->scan, INT64_MIN, INT64_MAX, false, 0);
  for (bool first = true; rc == SQLITE_OK && sqlite3_step(run->statement) == SQLITE_ROW;
       first = false) {
    before = rowid;
    if (run->mirror->key == NULL) rowid++;
    rc = read_row(run, &rowid, error);
    if (rc == SQLITE_OK && !first && rowid <= before) rc = refuse_key(run->mirror, error);
    if (rc == SQLITE_OK) rc = drop_before(run, rowid);
    if (rc == SQLITE_OK) rc = settle_row(run, rowid);
    if (rc == SQLITE_OK && !run->scan.eof && run->scan.rowid == rowid) rc = scan_next(&run->scan);
    if (rc == SQLITE_OK && ++rows % STEP == 0) rc = progress_advance(&run->progress, STEP);
  }
  if (rc == SQLITE_OK) rc = sqlite3_reset(run->statement);
  if (rc == SQLITE_OK) rc = drop_before(run, INT64_MAX);
  if (rc == SQLITE_OK && !run->scan.eof) rc = add_change(run, run->scan.rowid, NULL);
  return rc == SQLITE_OK ? make_changes(run) : rc;
}

static char *select_keyed(const Mirror *mirror, const char *which) {
  return sqlite3_mprintf("SELECT \"%w\".%s, %s FROM %s AS \"%w\" %s", mirror->alias, mirror->key,
                         mirror->columns, mirror->from, mirror->alias, which);
}

/* About how many rows there are to be read; 0: not known. */
static uint64_t expected_rows(const Mirror *mirror) {
  int64_t rows = (int64_t)mirror->table->rows;
  if (rows > 0 || !mirror->countable) return (uint64_t)rows;
  char *sql = sqlite3_mprintf("SELECT count(*) FROM %s", mirror->from);
  fetch_integer(mirror->db, sql, &rows); /* an error comes again with the rows */
  sqlite3_free(sql);
  return (uint64_t)rows;
}

int mirror_all(const Mirror *mirror, char **error) {
  Run *run = run_new(mirror);
  if (run == NULL) return SQLITE_NOMEM;
  char *sql = mirror->key == NULL ? sqlite3_mprintf("SELECT NULL, %s FROM %s AS \"%w\"",
                                                    mirror->columns, mirror->from, mirror->alias)
                                  : select_keyed(mirror, "ORDER BY 1");
  run->progress = (Progress){.db = mirror->db,
                             .work = mirror->table->rows == 0 ? "load" : "refresh",
                             .target = mirror->name,
                             .total = expected_rows(mirror)};
  int rc = run_open(run, sql);
  progress_begin(&run->progress);
  if (rc == SQLITE_OK) rc = follow_source(run, error);
  progress_end(&run->progress);
  return run_close(run, rc, error);
}

static int follow_row(Run *run, int64_t rowid, char **error) {
  int64_t found = rowid;
  int rc = sqlite3_bind_int64(run->statement, 1, rowid);
  if (rc == SQLITE_OK) rc = scan_start(&run->scan, rowid, rowid, false, 0);
  if (rc != SQLITE_OK) return rc;
  if (sqlite3_step(run->statement) == SQLITE_ROW) {
    rc = read_row(run, &found, error);
    if (rc == SQLITE_OK) rc = settle_row(run, rowid);
    if (rc == SQLITE_OK && sqlite3_step(run->statement) == SQLITE_ROW) {
      rc = refuse_key(run->mirror, error);
    }
  } else if (!run->scan.eof) {
    rc = add_change(run, rowid, NULL);
  }
  int end = sqlite3_reset(run->statement);
  return rc == SQLITE_OK ? end : rc;
}

int mirror_rows(const Mirror *mirror, const int64_t *rowids, size_t count, char **error) {
  Run *run = run_new(mirror);
  if (run == NULL) return SQLITE_NOMEM;
  char *where = sqlite3_mprintf("WHERE \"%w\".%s = ?1", mirror->alias, mirror->key);
  char *sql = where == NULL ? NULL : select_keyed(mirror, where);
  sqlite3_free(where);
  int rc = run_open(run, sql);
  for (size_t i = 0; i < count && rc == SQLITE_OK; i++) rc = follow_row(run, rowids[i], error);
  if (rc == SQLITE_OK) rc = make_changes(run);
  return run_close(run, rc, error);
}
