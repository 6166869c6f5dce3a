/*
** hold.h: keeps the schemas of all databases as they are while a table is being created.
**
** When a statement finds that somebody has changed a schema since core read it, core clears it, and
** that of temp, which may refer to it. During xConnect and xBestIndex core puts that off; but in
** xCreate the table that is being created in temp is freed, with all that core has passed, and core
** uses it afterwards. So xCreate holds the schemas before it does anything that could find such a
** change.
**
** Calls fetch.h.
*/
#ifndef SLOTS_HOLD_H
#define SLOTS_HOLD_H

#include "base/sqlite.h"

/* All zeros is none. */
typedef struct SchemaHold {
  sqlite3_stmt **statements; /* each reads a database */
  int count;
} SchemaHold;

/*
** Begins to read all databases that can be read, temp aside: until schema_let_go nobody else
** changes their schemas. SQLITE_OK or an error. SQLITE_SCHEMA: one had changed, and what core
** passed to xCreate may be freed; given that result, core does no more than run the statement
** again.
*/
int schema_hold(sqlite3 *db, SchemaHold *hold);
void schema_let_go(SchemaHold *hold);

#endif
