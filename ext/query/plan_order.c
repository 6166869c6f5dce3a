/*
** plan_order.c: see planner.h.
*/
#include "planner.h"
#include "base/sqlite.h"

#define SORTED_SHARE 4 /* one row in so many core sorts as fast as the scan all of them */
#define SORT_ROW 1     /* cost of a row: sorting takes about as long as handing it to core */

/*
** What ORDER BY or GROUP BY names, up to the rowid, which is unique; false where the scan cannot
** sort by it. Core names a column under its own collation only.
*/
static bool read_order(const Planner *planner, SortOrder *order) {
  const sqlite3_index_info *info = planner->info;
  const Schema *schema = planner->schema;
  bool more = true;
  order->count = 0;
  for (int i = 0; i < info->nOrderBy && more; i++) {
    int column = info->aOrderBy[i].iColumn;
    SortTerm term = {.column = -1, .descending = info->aOrderBy[i].desc != 0};
    if (order->count == SORT_TERMS || column >= schema->count) return false;
    more = !planner_is_key(planner, column);
    if (more) {
      term.column = column;
      if (!collation_by_name(schema->columns[column].collation, &term.collation)) return false;
    }
    order->terms[order->count++] = term;
  }
  return true;
}

static bool has_limit(const sqlite3_index_info *info) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_LIMIT) return true;
  }
  return false;
}

/* The columns that the statement uses, but for those that it compares with one value. */
static uint64_t used_otherwise(const sqlite3_index_info *info) {
  uint64_t used = info->colUsed;
  for (int i = 0; i < info->nConstraint; i++) {
    int column = info->aConstraint[i].iColumn;
    bool equal = info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ && column >= 0;
    if (equal && column < 63) used &= ~((uint64_t)1 << column);
  }
  return used;
}

/*
** Whether it looks like min() or max(), for which core asks for the column in order and reads one
** row: so does ORDER BY of a column alone without LIMIT, which takes a tenth longer for it.
*/
static bool wants_first(sqlite3_index_info *info, const SortOrder *order) {
  int column = order->terms[0].column;
  if (order->count != 1 || column < 0 || has_limit(info)) return false;
  if (host_order_use(info) != ORDER_ROWS) return false;
  return used_otherwise(info) == (uint64_t)1 << (column < 63 ? column : 63);
}

bool order_follows(const Planner *planner, const IndexDef *def) {
  sqlite3_index_info *info = planner->info;
  SortOrder order;
  IndexPrefixes prefixes;
  if (info->nOrderBy == 0 || planner->schema->utf16 || !read_order(planner, &order)) return false;
  if (order.terms[0].column < 0) return false;
  if (!has_limit(info) && !wants_first(info, &order)) return false;
  schema_list_prefixes(planner->schema, (uint32_t)order.terms[0].column, &prefixes);
  return index_prefixes_have(&prefixes, def->columns, def->count);
}

/* The columns that the statement uses; false where these are too many, or the rowid is one. */
static bool read_used(const Planner *planner, DistinctColumns *used) {
  const Schema *schema = planner->schema;
  uint64_t left = planner->info->colUsed;
  used->count = 0;
  for (int i = 0; i < schema->count && i < 63; i++) {
    if ((left >> i & 1) == 0) continue;
    if (planner_is_key(planner, i) || used->count == DISTINCT_COLUMNS) return false;
    used->columns[used->count++] = (uint32_t)i;
    left &= ~((uint64_t)1 << i);
  }
  return left == 0 && used->count > 0;
}

/* Whether the scan may leave out many rows as alike, which core then drops or sorts the rest of. */
static bool leaves_out(const Planner *planner, OrderUse use) {
  DistinctColumns used;
  if (use != ORDER_ANY && use != ORDER_DISTINCT) return false;
  if (planner->table == NULL || table_segments(planner->table) == 0) return false;
  if (!read_used(planner, &used) || table_ready(planner->table, 0) != SQLITE_OK) return false;
  const Segment *segment = table_segment(planner->table, 0);
  uint32_t most = use == ORDER_ANY ? segment->rows : segment->rows / SORTED_SHARE;
  uint32_t combinations = distinct_combinations(segment, &used);
  return combinations > 0 && combinations <= most;
}

void path_write_distinct(const Planner *planner) {
  DistinctColumns used;
  read_used(planner, &used);
  plan_text_distinct(planner->text, planner->schema, &used);
}

void path_sort(const Planner *planner, Path *path) {
  SortOrder order;
  OrderUse use = host_order_use(planner->info);
  if (path->plan & (PLAN_EQUAL | PLAN_IN | PLAN_INDEX)) return; /* of few rows */
  if (leaves_out(planner, use)) path->plan |= PLAN_DISTINCT;
  if (path->plan & PLAN_DISTINCT || planner->schema->utf16 || use == ORDER_ANY) return;
  if (!read_order(planner, &order)) return;
  planner->info->orderByConsumed = 1;
  path->plan |= PLAN_SORTED | (wants_first(planner->info, &order) ? PLAN_FIRST : 0);
  path->cost += SORT_ROW * path->rows;
}

void path_write_order(const Planner *planner, const Path *path) {
  SortOrder order;
  read_order(planner, &order);
  for (uint32_t i = 0; i < order.count; i++) {
    plan_text_term(planner->text, planner->schema, &order.terms[i], i == 0);
  }
  if (path->plan & PLAN_FIRST) sqlite3_str_appendall(planner->text, " FIRST");
}
