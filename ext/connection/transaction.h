/*
** transaction.h: what all of the extension's writable virtual tables have in
** common: the transaction methods of sqlite3_module, and the guard.
**
** Calls registry.h, message.h.
*/
#ifndef SLOTS_TRANSACTION_H
#define SLOTS_TRANSACTION_H

#include "registry.h"

/* What every sqlite3_vtab of such a module begins with. */
typedef struct Participant {
  sqlite3_vtab base;
  Registry *registry;
  bool joined; /* takes part in a transaction, from xBegin or xCreate to its end */
} Participant;

int transaction_sync(sqlite3_vtab *vtab);
int transaction_commit(sqlite3_vtab *vtab);
int transaction_rollback(sqlite3_vtab *vtab);
int transaction_savepoint(sqlite3_vtab *vtab, int number);
int transaction_release(sqlite3_vtab *vtab, int number);
int transaction_rollback_to(sqlite3_vtab *vtab, int number);

/* Registers the guard (see registry.h), an empty eponymous table. */
int guard_register(sqlite3 *db);

#endif
