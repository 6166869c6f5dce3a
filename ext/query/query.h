/*
** query.h: carries a plan out: from xFilter's arguments to a scan's first row.
**
** A cursor on the inner table of a join gets a new key for every row of the outer one, so what a
** plan needs (tests that were parsed, room for keys and lists) is kept from one xFilter to the
** next. Owns the scan, and what orders it or leaves rows out. Calls plan.h, plan_text.h, keys.h,
** outer_join.h, interval.h, ordered.h, distinct.h, affinity.h, lookup.h, host.h.
*/
#ifndef SLOTS_QUERY_H
#define SLOTS_QUERY_H

#include "plan.h"
#include "distinct.h"
#include "keys.h"
#include "ordered.h"

typedef struct Query {
  const Schema *schema;
  Scan scan;
  Ordered ordered;
  Distinct distinct;
  const char *text; /* idxStr that the filter was read from, NULL: none; the statement's */
  bool waived;      /* tests that may be of an outer join's ON clause, in the statement of `text` */
  Keys keys;
} Query;

/* SQLITE_OK or SQLITE_NOMEM; to be closed in either case. Table and schema must outlive it. */
int query_open(Query *query, Table *table, const Schema *schema);
void query_close(Query *query);

/*
** To be called when a cursor is closed but kept: forgets the statement, and frees what takes much
** memory, until the next query_start.
*/
void query_park(Query *query);

/* xFilter. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT; sorted, also TOOBIG or INTERRUPT. */
int query_start(Query *query, int plan, const char *text, sqlite3_value **arguments);

/* query_next where rows are sorted, or left out. */
int query_move(Query *query);

/* To the following row; scan.eof tells the end. As query_start. */
static inline int query_next(Query *query) {
  bool plain = !query->ordered.running && !query->distinct.running;
  return plain ? scan_next(&query->scan) : query_move(query);
}

/* The current row's rowid. */
static inline int64_t query_rowid(Query *query) {
  distinct_stop(&query->distinct); /* core may tell apart by it what is alike otherwise */
  return query->scan.rowid;
}

#endif
