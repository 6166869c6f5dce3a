/*
** command.c: see command.h.
*/
#include "command.h"

#include "store/compact.h"
#include "write/constraint.h"
#include "write/integrity.h"
#include "mount/mount.h"
#include "base/message.h"

int command_check(const Writer *writer, bool quick, char **problem) {
  Integrity integrity = {.table = writer->table,
                         .schema = writer->schema,
                         .evaluation = writer->evaluation,
                         .name = writer->name};
  Progress progress = {.db = writer->db,
                       .work = "integrity-check",
                       .target = writer->name,
                       .total = 2 * writer->table->rows};
  int rc = constraint_checks_are_off(writer, &integrity.ignore_checks);
  if (rc != SQLITE_OK) return rc;
  integrity.progress = &progress;
  progress_begin(&progress);
  rc = integrity_check(&integrity, quick, writer->error);
  progress_end(&progress);
  *problem = integrity.problem;
  return rc;
}

static int check_integrity(const Writer *writer) {
  char *problem = NULL;
  int rc = command_check(writer, false, &problem);
  if (rc == SQLITE_OK && problem != NULL) {
    *writer->error = problem;
    return SQLITE_CORRUPT_VTAB;
  }
  sqlite3_free(problem);
  return rc;
}

int command_refuse_write(const Writer *writer) {
  if (!writer->schema->read_only) return SQLITE_OK;
  return message_fail(writer->error, SQLITE_READONLY,
                      "table %s may not be modified: it was created with %s", writer->name,
                      writer->schema->follow ? "follow" : "readonly");
}

/*
** Interrupted, it fails. What was sealed then is the same rows: it stays, or core takes it back
** with changes of the same transaction.
*/
static int optimize(const Writer *writer) {
  Table *table = writer->table;
  Progress progress = {
      .db = writer->db, .work = "optimize", .target = writer->name, .total = table->rows};
  int rc = command_refuse_write(writer);
  if (rc != SQLITE_OK) return rc;
  progress_begin(&progress);
  table->progress = &progress;
  rc = table_has_changes(table) ? compact_seal(table, SEAL_ALL) : table_seal(table);
  table->progress = NULL;
  progress_end(&progress);
  return rc;
}

int command_run(const Writer *writer, const char *command, bool of_cache) {
  if (sqlite3_stricmp(command, "optimize") == 0) return optimize(writer);
  if (sqlite3_stricmp(command, "refresh") == 0) {
    return mount_refresh(writer->table, writer->name, writer->error);
  }
  if (sqlite3_stricmp(command, "integrity-check") == 0) return check_integrity(writer);
  return message_fail(writer->error, SQLITE_ERROR,
                      "unknown command: %s (known: optimize, integrity-check, refresh%s)", command,
                      of_cache ? ", rebuild" : "");
}
