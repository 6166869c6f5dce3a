/*
** speed_driver.c: runs queries on an ordinary table and on slots tables in turn, and prints a
** table of times.
**
**    speed_driver EXTENSION rows.db <queries        the queries as in speed_script.h
**    speed_driver EXTENSION rows.db count <queries  for bench/instructions.awk: two passes for each
**                                                   contestant and query, a line of what they took
**                                                   no time for: TITLE|UNIT|units of a pass
**
** Each contestant is a connection of its own with the same tables in memory; rows.db is attached
** to each as `source`. A time is the processor time of stepping through all rows and fetching
** every column, statements being prepared once and reset. A round runs passes for each
** contestant in turn until they took ROUND_NS; the least time per unit of the rounds counts. In
** a first pass all contestants have to give the same rows.
*/
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "speed_script.h"

#define CONTESTANTS 3
#define ROUNDS 15
#define ROUNDS_LEAST 3
#define ROUND_NS 2e7
#define BUDGET_NS 3e9 /* of a query: after it no further round, once there were ROUNDS_LEAST */

typedef struct Contestant {
  const char *options; /* of a slots table; NULL: an ordinary one */
  sqlite3 *db;
} Contestant;

static const char *const options[CONTESTANTS] = {NULL, "", ", compress='fast'"};

typedef struct Keys {
  sqlite3_value **values; /* row by row */
  size_t count;           /* rows, */
  int columns;            /* and values of each */
} Keys;

static bool counting; /* instructions, not time */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- SQL ---------------------------------------------------------------------------- */

/* Runs the SQL that sqlite3_mprintf made, and frees it. */
static void run(sqlite3 *db, char *sql) {
  char *error = NULL;
  if (sql == NULL) fail("running SQL", "out of memory");
  if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK) fail(sql, error);
  sqlite3_free(sql);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(db));
  return statement;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 29;
}

/* Fetches every column, as a program would. */
static void fetch(sqlite3_stmt *statement, uint64_t *hash) {
  int columns = sqlite3_column_count(statement);
  for (int i = 0; i < columns; i++) {
    double real;
    uint64_t bits = 0;
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
      bits = (uint64_t)sqlite3_column_int64(statement, i);
      break;
    case SQLITE_FLOAT:
      real = sqlite3_column_double(statement, i);
      memcpy(&bits, &real, sizeof bits);
      break;
    case SQLITE_NULL:
      break;
    default: {
      const unsigned char *text = sqlite3_column_text(statement, i);
      int size = sqlite3_column_bytes(statement, i);
      bits = (uint64_t)size + (size > 0 ? text[size / 2] : 0u);
      break;
    }
    }
    *hash = mix(*hash, bits);
  }
}

/* One execution. Returns a sum of its rows, whatever their order. */
static uint64_t execute(sqlite3_stmt *statement) {
  uint64_t sum = 0;
  int rc;
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    uint64_t hash = 1;
    fetch(statement, &hash);
    sum += hash;
  }
  if (rc != SQLITE_DONE) fail(sqlite3_sql(statement), sqlite3_errmsg(sqlite3_db_handle(statement)));
  sqlite3_reset(statement);
  return sum;
}

/* ---- tables ----------------------------------------------------------------------- */

static void connect(Contestant *contestant, const char *extension, const char *rows) {
  char *error = NULL;
  if (sqlite3_open(":memory:", &contestant->db) != SQLITE_OK) fail("opening", "out of memory");
  sqlite3_enable_load_extension(contestant->db, 1);
  if (sqlite3_load_extension(contestant->db, extension, NULL, &error) != SQLITE_OK) {
    fail(extension, error);
  }
  run(contestant->db, sqlite3_mprintf("ATTACH %Q AS source", rows));
}

static void drop_table(const Contestant *contestant, const Section *section) {
  run(contestant->db, sqlite3_mprintf("DROP TABLE IF EXISTS main.\"%w\"", section->table));
}

/* Makes the section's table; nanoseconds that the load takes. */
static double make_table(const Contestant *contestant, const Section *section) {
  sqlite3 *db = contestant->db;
  const char *table = section->table;
  bool indexed = section->index[0] != 0;
  drop_table(contestant, section);
  if (contestant->options == NULL) {
    run(db, sqlite3_mprintf("CREATE TABLE \"%w\"(%s)", table, section->columns));
  } else {
    run(db, sqlite3_mprintf("CREATE VIRTUAL TABLE \"%w\" USING slots(%s%s%s%s%s)", table,
                            section->columns, indexed ? ", INDEX(" : "", section->index,
                            indexed ? ")" : "", contestant->options));
  }
  double begin = now();
  run(db, sqlite3_mprintf("INSERT INTO \"%w\" %s", table, section->rows));
  if (contestant->options != NULL) {
    run(db, sqlite3_mprintf("INSERT INTO \"%w\"(\"%w\") VALUES('optimize')", table, table));
  } else if (indexed) {
    run(db, sqlite3_mprintf("CREATE INDEX i ON \"%w\"(%s)", table, section->index));
  }
  return now() - begin;
}

static double count_rows(const Contestant *contestant, const Section *section) {
  char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", section->table);
  if (sql == NULL) fail("counting rows", "out of memory");
  sqlite3_stmt *statement = prepare(contestant->db, sql);
  double count = 0;
  if (sqlite3_step(statement) == SQLITE_ROW) count = sqlite3_column_double(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_free(sql);
  return count;
}

static void keys_read(Keys *keys, sqlite3 *db, const char *sql) {
  *keys = (Keys){0};
  if (sql[0] == 0) return;
  sqlite3_stmt *statement = prepare(db, sql);
  keys->columns = sqlite3_column_count(statement);
  for (size_t at = 0; sqlite3_step(statement) == SQLITE_ROW; keys->count++) {
    keys->values = realloc(keys->values, (at + (size_t)keys->columns) * sizeof *keys->values);
    if (keys->values == NULL) fail("reading keys", "out of memory");
    for (int i = 0; i < keys->columns; i++) {
      keys->values[at++] = sqlite3_value_dup(sqlite3_column_value(statement, i));
    }
  }
  sqlite3_finalize(statement);
  if (keys->count == 0) fail(sql, "no keys");
}

static void keys_free(Keys *keys) {
  size_t values = keys->count * (size_t)keys->columns;
  for (size_t i = 0; i < values; i++) sqlite3_value_free(keys->values[i]);
  free(keys->values);
}

/* ---- measuring ---------------------------------------------------------------------- */

/* The sum of the rows of one execution, or one for each key. Under this name it is counted. */
__attribute__((noinline)) static uint64_t run_pass(const Contestant *contestant, const Query *query,
                                                   const Keys *keys, sqlite3_stmt *statement) {
  uint64_t sum = 0;
  if (query->transaction) run(contestant->db, sqlite3_mprintf("BEGIN"));
  if (keys->count == 0) sum = execute(statement);
  for (size_t i = 0; i < keys->count; i++) {
    sqlite3_value *const *row = keys->values + i * (size_t)keys->columns;
    for (int k = 0; k < keys->columns; k++) sqlite3_bind_value(statement, k + 1, row[k]);
    sum += execute(statement);
  }
  if (query->transaction) run(contestant->db, sqlite3_mprintf("COMMIT"));
  return sum;
}

/* Nanoseconds that a pass takes, and the sum of its rows. */
static double time_pass(const Contestant *contestant, const Script *script, const Keys *keys,
                        sqlite3_stmt *statement, uint64_t *sum) {
  if (script->query.fresh) make_table(contestant, &script->section);
  double begin = now();
  *sum = run_pass(contestant, &script->query, keys, statement);
  return now() - begin;
}

/* Nanoseconds of one round, a pass. */
static double time_round(const Contestant *contestant, const Script *script, const Keys *keys,
                         sqlite3_stmt *statement) {
  uint64_t sum;
  double time = 0;
  int passes = 0;
  do {
    time += time_pass(contestant, script, keys, statement, &sum);
    passes++;
  } while (time < ROUND_NS && !script->query.fresh && !counting);
  return time / passes;
}

/* The least nanoseconds of a pass, for each contestant. */
static void measure(const Contestant *contestants, const Script *script, const Keys *keys,
                    double best[CONTESTANTS]) {
  sqlite3_stmt *statements[CONTESTANTS];
  uint64_t sum[CONTESTANTS];
  double begin = now();
  for (int i = 0; i < CONTESTANTS; i++) {
    statements[i] = prepare(contestants[i].db, script->query.sql);
    best[i] = time_pass(&contestants[i], script, keys, statements[i], &sum[i]);
    if (sum[i] != sum[0]) fail(script->query.title, "the contestants give different rows");
  }
  for (int round = 0; round < (counting ? 1 : ROUNDS); round++) {
    if (round >= ROUNDS_LEAST && now() - begin > BUDGET_NS) break;
    for (int i = 0; i < CONTESTANTS; i++) {
      int at = (round + i) % CONTESTANTS;
      double time = time_round(&contestants[at], script, keys, statements[at]);
      if (time < best[at]) best[at] = time;
    }
  }
  for (int i = 0; i < CONTESTANTS; i++) sqlite3_finalize(statements[i]);
}

/* ---- the table of times --------------------------------------------------------------- */

static void print_heading(void) {
  printf("| %-44s | per    | ordinary |   slots | ratio |    fast | ratio |\n", "");
  printf("|%.46s|--------|---------:|--------:|------:|--------:|------:|\n",
         "--------------------------------------------------");
}

/* Three digits and a unit. */
static void print_time(double ns, int width) {
  static const char *const units[] = {"ns", "us", "ms", "s "};
  int unit = 0;
  while (ns >= 999.5 && unit < 3) ns /= 1000, unit++;
  printf(" | %*.*f %s", width - 3, ns < 9.995 ? 2 : ns < 99.95 ? 1 : 0, ns, units[unit]);
}

static void print_line(const char *title, const char *unit, const double time[CONTESTANTS]) {
  printf("| %-44s | %-6s", title, unit);
  print_time(time[0], 8);
  for (int i = 1; i < CONTESTANTS; i++) {
    double ratio = time[i] / time[0];
    print_time(time[i], 7);
    printf(" | %5.*f", ratio < 0.00995 ? 4 : ratio < 0.0995 ? 3 : ratio < 9.995 ? 2 : 0, ratio);
  }
  printf(" |\n");
  fflush(stdout);
}

/* Makes the tables of a section, and returns their rows. */
static double begin_section(const Contestant *contestants, const Section *section) {
  double time[CONTESTANTS];
  for (int i = 0; i < CONTESTANTS; i++) time[i] = make_table(&contestants[i], section);
  double rows = count_rows(&contestants[0], section);
  for (int i = 0; i < CONTESTANTS; i++) time[i] /= rows;
  if (section->load[0] != 0 && !counting) print_line(section->load, "row", time);
  return rows;
}

static void run_query(const Contestant *contestants, const Script *script, double rows) {
  const Query *query = &script->query;
  double best[CONTESTANTS];
  Keys keys;
  keys_read(&keys, contestants[0].db, query->keys);
  measure(contestants, script, &keys, best);
  double units = (query->per > 0   ? query->per
                  : keys.count > 0 ? 1
                                   : rows) *
                 (keys.count > 0 ? (double)keys.count : 1);
  for (int i = 0; i < CONTESTANTS; i++) best[i] /= units;
  if (counting) {
    printf("%s|%s|%.0f\n", query->title, query->unit, units);
  } else {
    print_line(query->title, query->unit, best);
  }
  keys_free(&keys);
}

int main(int argc, char **argv) {
  Contestant contestants[CONTESTANTS];
  Script script = {.file = stdin};
  Section before = {0};
  int sections = 0;
  double rows = 0;
  counting = argc == 4 && strcmp(argv[3], "count") == 0;
  if (argc != 3 && !counting) fail("usage", "speed_driver EXTENSION rows.db [count] <queries");
  for (int i = 0; i < CONTESTANTS; i++) {
    contestants[i].options = options[i];
    connect(&contestants[i], argv[1], argv[2]);
  }
  if (!counting) print_heading();
  while (script_next(&script)) {
    if (script.sections != sections) {
      for (int i = 0; i < CONTESTANTS && sections > 0; i++) drop_table(&contestants[i], &before);
      rows = begin_section(contestants, &script.section);
      sections = script.sections;
      before = script.section;
    }
    if (!counting || !script.query.fresh) run_query(contestants, &script, rows);
  }
  for (int i = 0; i < CONTESTANTS; i++) sqlite3_close(contestants[i].db);
  return 0;
}
