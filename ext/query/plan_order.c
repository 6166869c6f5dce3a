/*
** plan_order.c: see planner.h.
*/
#include "planner.h"
#include "base/sqlite.h"

#define SORT_ROW 1 /* cost of a row: sorting takes about as long as handing it to core */

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

/*
** Whether it looks like min() or max(), for which core asks for the column in order and reads one
** row: so does ORDER BY of a column alone without LIMIT, which takes a tenth longer for it.
*/
static bool wants_first(sqlite3_index_info *info, const SortOrder *order) {
  int column = order->terms[0].column;
  if (order->count != 1 || column < 0 || has_limit(info)) return false;
  if (host_order_use(info) != ORDER_ROWS) return false;
  return info->colUsed == (uint64_t)1 << (column < 63 ? column : 63);
}

void path_sort(const Planner *planner, Path *path) {
  SortOrder order;
  if (path->plan & (PLAN_EQUAL | PLAN_IN | PLAN_INDEX)) return; /* of few rows */
  if (planner->schema->utf16 || host_order_use(planner->info) == ORDER_ANY) return;
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
