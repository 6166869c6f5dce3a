/*
** command.c: see command.h.
*/
#include "command.h"

#include "compact.h"
#include "constraint.h"
#include "integrity.h"

int command_check(const Writer *writer, bool quick, char **problem) {
  Integrity integrity = {.table = writer->table,
                         .schema = writer->schema,
                         .evaluation = writer->evaluation,
                         .name = writer->name,
                         .ignore_checks = constraint_checks_are_off(writer)};
  int rc = integrity_check(&integrity, quick, writer->error);
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

int command_run(const Writer *writer, const char *command) {
  if (sqlite3_stricmp(command, "optimize") == 0) return compact_seal(writer->table, SEAL_ALL);
  if (sqlite3_stricmp(command, "integrity-check") == 0) return check_integrity(writer);
  *writer->error =
      sqlite3_mprintf("unknown command: %s (known: optimize, integrity-check)", command);
  return *writer->error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}
