/*
** resolve.h: from a table's name, as a function's argument gives it, to its rows.
**
** Calls cache.h, registry.h, mount.h, table.h, fetch.h, message.h.
*/
#ifndef SLOTS_RESOLVE_H
#define SLOTS_RESOLVE_H

#include "connection/registry.h"

typedef struct Resolved {
  Table *table; /* a reference */
  char *schema; /* sqlite3_malloc's, as is the name */
  char *name;
} Resolved;

/*
** Finds the slots table `name`, or `schema.name`, looking through temp, main and attached databases
** as core does, with the rows that a query would see: core is made to connect a table that it has
** not yet connected, and a cache, or a table with follow=on, is brought up to date. SQLITE_ERROR
** with a message in *error where there is none. resolved_clear gives everything back.
*/
int resolve_table(Registry *registry, const char *name, Resolved *resolved, char **error);

/* Gives SQLITE_CORRUPT of a mapped table a message that names the file. */
int resolved_explain(const Resolved *resolved, int rc, char **error);

void resolved_clear(Resolved *resolved);

#endif
