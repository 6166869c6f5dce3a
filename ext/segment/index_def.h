/*
** index_def.h: what an index is over, and the hash of a row's key.
**
** Sealed and open rows with equal keys have the same hash, so the packed tables (index.h) and the
** hints of open rows (store/hints.h) are asked with the same one. Owns its arrays. Calls key.h,
** row.h, reader.h.
*/
#ifndef SLOTS_INDEX_DEF_H
#define SLOTS_INDEX_DEF_H

#include "key.h"
#include "reader.h"
#include "row.h"

#define INDEX_PREFIX (SEGMENT_ORDERS - 1)
#define INDEX_PREFIXES 4

/* What is indexed: columns of a table, each with a built-in collation. */
typedef struct IndexDef {
  uint32_t *columns;
  Collation *collations;
  uint32_t count;
  bool unique;
} IndexDef;

/* The columns before another one in an index. */
typedef struct IndexPrefix {
  uint32_t count;
  uint32_t columns[INDEX_PREFIX];
} IndexPrefix;

/* Those of the indexes that have the column second or third, or of some of them. */
typedef struct IndexPrefixes {
  uint32_t count;
  IndexPrefix items[INDEX_PREFIXES];
} IndexPrefixes;

bool index_prefixes_have(const IndexPrefixes *prefixes, const uint32_t *columns, uint32_t count);

/* SQLITE_OK or SQLITE_NOMEM. */
int index_def_add_column(IndexDef *def, uint32_t column, Collation collation);
int index_def_copy(const IndexDef *def, IndexDef *copy);
void index_def_clear(IndexDef *def);

/*
** The hash of a key's columns; false where one is NULL. values[i] is the value of column
** def->columns[i]. `old_hash` is the member of the index that is to be probed.
*/
bool index_hash(const IndexDef *def, const Value *values, bool old_hash, uint64_t *hash);

/* The same of an open row of so many columns; hints and new indexes never have old_hash. */
bool index_hash_open(const IndexDef *def, const Row *row, uint32_t columns, uint64_t *hash);

/* The same of a sealed row; *present is false where a column is NULL. As reader_value. */
int index_hash_sealed(const IndexDef *def, bool old_hash, Reader *reader, const Segment *segment,
                      uint32_t row, uint64_t *hash, bool *present);

#endif
