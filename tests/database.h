/*
** database.h: connections with the extension loaded, for what a host only prepares with: what fails
** here ends it, as nothing that follows would mean anything. Included once, by the one C file of a
** host. Calls SQLite and the extension's entry point.
*/
#ifndef TESTS_DATABASE_H
#define TESTS_DATABASE_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

int sqlite3_slots_init(sqlite3 *db, char **error, const void *api);

static inline void give_up(sqlite3 *db, const char *what) {
  fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
  abort();
}

static inline sqlite3 *open_slots(const char *path) {
  sqlite3 *db = NULL;
  if (sqlite3_open(path, &db) != SQLITE_OK) give_up(db, path);
  if (sqlite3_slots_init(db, NULL, NULL) != SQLITE_OK) give_up(db, path);
  return db;
}

/* Runs statements. */
static inline void must(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) give_up(db, sql);
}

static inline sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) give_up(db, sql);
  return statement;
}

#endif
