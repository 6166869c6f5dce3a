/*
** host.c: see host.h.
*/
#include "host.h"

#include <stddef.h>

#define VTAB_IN_SINCE 3038000

bool host_has_in(void) {
#if SQLITE_VERSION_NUMBER >= VTAB_IN_SINCE
  return sqlite3_libversion_number() >= VTAB_IN_SINCE;
#else
  return false;
#endif
}

bool host_is_in(sqlite3_index_info *info, int constraint) {
#if SQLITE_VERSION_NUMBER >= VTAB_IN_SINCE
  return host_has_in() && sqlite3_vtab_in(info, constraint, -1) != 0;
#else
  (void)info, (void)constraint;
  return false;
#endif
}

void host_take_in(sqlite3_index_info *info, int constraint) {
#if SQLITE_VERSION_NUMBER >= VTAB_IN_SINCE
  sqlite3_vtab_in(info, constraint, 1);
#else
  (void)info, (void)constraint;
#endif
}

int host_in_first(sqlite3_value *list, sqlite3_value **item) {
  *item = NULL;
#if SQLITE_VERSION_NUMBER >= VTAB_IN_SINCE
  return sqlite3_vtab_in_first(list, item);
#else
  (void)list;
  return SQLITE_ERROR;
#endif
}

int host_in_next(sqlite3_value *list, sqlite3_value **item) {
  *item = NULL;
#if SQLITE_VERSION_NUMBER >= VTAB_IN_SINCE
  return sqlite3_vtab_in_next(list, item);
#else
  (void)list;
  return SQLITE_ERROR;
#endif
}

OrderUse host_order_use(sqlite3_index_info *info) {
#if SQLITE_VERSION_NUMBER >= VTAB_IN_SINCE
  return host_has_in() ? (OrderUse)sqlite3_vtab_distinct(info) : ORDER_ROWS;
#else
  (void)info;
  return ORDER_ROWS;
#endif
}

bool host_has_offset(void) { return sqlite3_libversion_number() >= 3046000; }

bool host_keeps_on_back(void) { return sqlite3_libversion_number() >= 3051001; }

sqlite3_value *host_literal(sqlite3_index_info *info, int constraint) {
#if SQLITE_VERSION_NUMBER >= VTAB_IN_SINCE
  sqlite3_value *value = NULL;
  if (!host_has_in()) return NULL;
  return sqlite3_vtab_rhs_value(info, constraint, &value) == SQLITE_OK ? value : NULL;
#else
  (void)info, (void)constraint;
  return NULL;
#endif
}
