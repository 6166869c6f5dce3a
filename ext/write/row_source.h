/*
** row_source.h: a table-valued module of a slots table's own that yields one row,
** the one being written, so that core can evaluate CHECK over it with the
** columns' own affinities and collations.
**
** Eponymous: a statement over it refers to no table of any schema. A statement that referred to the
** slots table itself would keep that from being disconnected, and the connection from closing.
** Calls registry.h, schema.h, message.h, result.h.
*/
#ifndef SLOTS_ROW_SOURCE_H
#define SLOTS_ROW_SOURCE_H

#include "connection/registry.h"
#include "declare/schema.h"

typedef struct ShownRow {
  const Value *values; /* one a column; NULL: there is no row, unless it is a sample */
  int64_t rowid;       /* also the value of the key column */
  bool is_sample;      /* 1 in every column */
} ShownRow;

typedef struct RowSource {
  uint32_t references; /* by its user and by core's module */
  Registry *registry;
  uint32_t number; /* of the module, free again for another when the user is done */
  int key;         /* the column that is the rowid, or -1 */
  char *declaration;
  ShownRow row;  /* read by every statement that starts now */
  uint64_t used; /* the columns that statements over it read, as in colUsed of sqlite3_index_info */
  char name[48];
} RowSource;

/* Registers the module. SQLITE_OK or an error of core's. The schema is only read. */
int row_source_open(Registry *registry, const Schema *schema, RowSource **source);

bool row_source_is_used(const RowSource *source, int column);

/* No statement over it may be left. NULL is allowed. */
void row_source_close(RowSource *source);

#endif
