/*
** host.h: what SQLite came to offer virtual tables between 3.38 and 3.51, used where the host has
** it.
**
** The headers at build time and the library at run time may each be older. Then an IN arrives as
** one equality after another, and no literal is seen. Calls nothing above SQLite.
*/
#ifndef SLOTS_HOST_H
#define SLOTS_HOST_H

#include <stdbool.h>

#include "sqlite.h"

/* Since 3.38. */
#ifndef SQLITE_INDEX_CONSTRAINT_OFFSET
#define SQLITE_INDEX_CONSTRAINT_LIMIT 73
#define SQLITE_INDEX_CONSTRAINT_OFFSET 74
#endif

/* Whether the host distinguishes IN from an equality, and can pass its whole list. */
bool host_has_in(void);

/* Whether constraint number `constraint` is an IN whose list can be passed whole. */
bool host_is_in(sqlite3_index_info *info, int constraint);

/* Asks for the whole list as the constraint's argument. */
void host_take_in(sqlite3_index_info *info, int constraint);

/* Walks such a list: *item is NULL, or the answer SQLITE_DONE, behind the last one. */
int host_in_first(sqlite3_value *list, sqlite3_value **item);
int host_in_next(sqlite3_value *list, sqlite3_value **item);

/* What the requested order is for, as sqlite3_vtab_distinct tells. */
typedef enum OrderUse {
  ORDER_ROWS,    /* ORDER BY, or not known */
  ORDER_GROUPS,  /* GROUP BY */
  ORDER_ANY,     /* DISTINCT: rows with the same values side by side */
  ORDER_DISTINCT /* DISTINCT with ORDER BY */
} OrderUse;

OrderUse host_order_use(sqlite3_index_info *info);

/*
** Whether a host that offers OFFSET also shows every condition, and never offers the OFFSET of a
** compound to its parts. Before 3.46 a > b, both being columns of the table, was not shown, and
** each part of a UNION ALL was offered the OFFSET of the whole.
*/
bool host_has_offset(void);

/*
** Whether the host withholds LIKE, GLOB and IS NOT NULL on the left table of an outer join where
** they are part of its ON clause, as it does with comparisons. Since 3.51.1.
*/
bool host_keeps_on_back(void);

/* The right side of a constraint where it is a literal, or NULL. Core's memory. */
sqlite3_value *host_literal(sqlite3_index_info *info, int constraint);

#endif
