/*
** host.h: what SQLite offers to virtual tables from 3.38 to 3.51, where the host has it.
**
** The headers this was built with and the library it runs in may each be older;
** without, IN comes as one equality after another, and no literal is seen. Calls
** nothing above SQLite.
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

/* Whether the host tells an IN from an equality, and hands its list over at once. */
bool host_has_in(void);

/* Whether constraint number `constraint` is an IN whose list can be had at once. */
bool host_is_in(sqlite3_index_info *info, int constraint);

/* Asks for the list at once, as the constraint's argument. */
void host_take_in(sqlite3_index_info *info, int constraint);

/* Walks such a list: *item is NULL, or the answer SQLITE_DONE, behind the last one. */
int host_in_first(sqlite3_value *list, sqlite3_value **item);
int host_in_next(sqlite3_value *list, sqlite3_value **item);

/* What the order that is asked for is wanted for, as sqlite3_vtab_distinct answers. */
typedef enum OrderUse {
  ORDER_ROWS,    /* ORDER BY, or not known */
  ORDER_GROUPS,  /* GROUP BY */
  ORDER_ANY,     /* DISTINCT: rows with the same values side by side */
  ORDER_DISTINCT /* DISTINCT with ORDER BY; none can be left out: core may use their rowids */
} OrderUse;

OrderUse host_order_use(sqlite3_index_info *info);

/*
** Whether the host, when it offers OFFSET, shows all conditions there are, and no part of a
** compound. Before 3.46 a > b, both columns of the table, was not shown, and of a UNION ALL each
** part was offered the OFFSET of the whole.
*/
bool host_has_offset(void);

/*
** Whether the host keeps LIKE, GLOB and IS NOT NULL of the left table back that stand in the ON
** clause of an outer join, as it does with comparisons. Since 3.51.1.
*/
bool host_keeps_on_back(void);

/* The right side of a constraint where it is a literal, or NULL. Core's memory. */
sqlite3_value *host_literal(sqlite3_index_info *info, int constraint);

#endif
