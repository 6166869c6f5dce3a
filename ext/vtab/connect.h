/*
** connect.h: a slots table as core holds it, from xCreate and xConnect to
** xDisconnect and xDestroy.
**
** A sqlite3_vtab is only a view of a Table that the registry owns. It is
** *detached* where the connection has no rows for it: its schema came with a
** file, the rows live in another connection, or its snapshot cannot be opened.
** Then it can be dropped and renamed, and every other use is an error, since an
** empty answer would be wrong. Calls evaluation.h, cache/, connection/,
** mount.h, declare/, table.h, base/.
*/
#ifndef SLOTS_CONNECT_H
#define SLOTS_CONNECT_H

#include "cache/cache.h"
#include "write/evaluation.h"
#include "connection/transaction.h"

typedef struct SlotsVtab {
  Participant participant; /* begins with the sqlite3_vtab */
  sqlite3 *db;
  Table *table; /* a reference; NULL: detached */
  CacheUse use; /* with content= */
  Schema *schema;
  char *database; /* name of the schema that the table is in */
  char *name;
  char *reason; /* why it is detached, NULL for the usual one */
  int command;  /* number of the hidden column that takes commands, or -1 */
  Evaluation evaluation;
  struct SlotsCursor *spare; /* closed, kept with its memory for the next one; vtab.c's, or NULL */
} SlotsVtab;

static inline SlotsVtab *slots_vtab(sqlite3_vtab *vtab) { return (SlotsVtab *)(void *)vtab; }

/* Sets the message, which it takes over. `rc`, or SQLITE_NOMEM where it is NULL. */
int slots_fail(SlotsVtab *vtab, int rc, char *message);

/* SQLITE_OK, or SQLITE_ERROR of one that is detached. */
int slots_check_attached(SlotsVtab *vtab);

/* SQLITE_ERROR where foreign keys that nobody would enforce are to be enforced. */
int slots_refuse_references(const SlotsVtab *vtab, char **error);

/* ---- methods of sqlite3_module ---- */

int slots_create(sqlite3 *db, void *registry, int argc, const char *const *argv, sqlite3_vtab **out,
                 char **error);
int slots_connect(sqlite3 *db, void *registry, int argc, const char *const *argv,
                  sqlite3_vtab **out, char **error);
int slots_disconnect(sqlite3_vtab *base);
int slots_destroy(sqlite3_vtab *base);
int slots_rename(sqlite3_vtab *base, const char *name);
int slots_shadow_name(const char *suffix);

#endif
