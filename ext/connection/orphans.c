/*
** orphans.c: see orphans.h.
*/
#include "orphans.h"

#include "base/fetch.h"
#include "hold.h"
#include "shadow.h"

typedef struct Suspects {
  Table **tables;
  uint32_t count;
} Suspects;

static void acquit(void *context, int64_t id) {
  Suspects *suspects = context;
  uint32_t left = 0;
  for (uint32_t i = 0; i < suspects->count; i++) {
    if (suspects->tables[i]->id != id) suspects->tables[left++] = suspects->tables[i];
  }
  suspects->count = left;
}

int orphans_find(sqlite3 *db, Table **tables, uint32_t *count) {
  Suspects suspects = {.tables = tables, .count = *count};
  SchemaHold hold;
  if (*count == 0) return SQLITE_OK;
  int rc = schema_hold(db, &hold);
  if (rc == SQLITE_OK) rc = shadow_visit(db, acquit, &suspects);
  schema_let_go(&hold);
  *count = rc == SQLITE_OK ? suspects.count : 0;
  return fetch_may_fail(rc) || rc == SQLITE_AUTH ? SQLITE_OK : rc;
}
