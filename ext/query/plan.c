/*
** plan.c: see plan.h.
*/
#include "plan.h"

#include "planner.h"
#include "outer_join.h"
#include "replaced.h"
#include "base/sqlite.h"

#define LED_LEAST 16   /* rows of a key: fewer are tested and sorted as fast as found in order */
#define LATE_FIRST 2.0 /* times a scan's cost that a key may cost */

static uint32_t path_columns(const Planner *planner, const Path *path) {
  if (!(path->plan & PLAN_INDEX)) return 0;
  return planner->schema->indexes[path->plan >> PLAN_INDEX_SHIFT].count;
}

static bool has_more_columns(const Planner *planner, const Path *a, const Path *b) {
  return path_columns(planner, a) > path_columns(planner, b);
}

/* Whether the index compares its columns as they are declared, as orders do. */
static bool is_collated(const Schema *schema, const IndexDef *def) {
  uint32_t i = 0;
  Collation own;
  while (i < def->count && collation_by_name(schema->columns[def->columns[i]].collation, &own) &&
         own == def->collations[i]) {
    i++;
  }
  return i == def->count;
}

/*
** Whether a scan finds those of the key's rows that are wanted by a compound order
** (column_order.h), that of an index which goes on from the key's columns: core would test or sort
** all of them.
*/
static bool is_led(const Planner *planner, const Path *key) {
  const IndexDef *def = &planner->schema->indexes[key->plan >> PLAN_INDEX_SHIFT];
  bool bound = key->constraints[0] >= 0 || key->constraints[1] >= 0;
  if (key->plan & PLAN_IN || bound || key->rows < LED_LEAST) return false;
  if (!is_collated(planner->schema, def)) return false;
  return order_follows(planner, def) || tests_follow(planner, def);
}

/*
** What a key may cost in place of the path: a scan of all rows may read half of them before the
** first one, and core does not say where it wants no other, as EXISTS does.
*/
static double most_cost(const Planner *planner, const Path *best, const Path *key) {
  bool all = !(best->plan & (PLAN_INDEX | PLAN_IN | PLAN_ABOVE | PLAN_BELOW));
  bool one = key->plan & PLAN_INDEX && !(key->plan & PLAN_IN);
  bool late = all && one && planner->info->nOrderBy == 0;
  return late ? LATE_FIRST * best->cost : best->cost;
}

static Path best_path(const Planner *planner) {
  Path scan = path_by_rowid(planner), path;
  if (scan.plan & PLAN_EQUAL) return scan;
  if (!(scan.plan & PLAN_IN)) path_weigh_tests(planner, &scan);
  Path best = scan;
  for (int i = 0; i < planner->schema->index_count; i++) {
    if (!path_by_index(planner, i, &path)) continue;
    if (is_led(planner, &path)) {
      scan.cost = path.cost;
      path = scan;
    }
    double most = most_cost(planner, &best, &path);
    if (path.cost > most) continue;
    if (path.cost < most || has_more_columns(planner, &path, &best)) best = path;
  }
  return best;
}

/* The rowid is unique: what ORDER BY names behind it orders nothing. */
static void take_order(Planner *planner, Path *path) {
  sqlite3_index_info *info = planner->info;
  if (info->nOrderBy == 0) return;
  if (path->plan & PLAN_EQUAL) info->orderByConsumed = 1; /* one row */
  if (!planner_is_key(planner, info->aOrderBy[0].iColumn)) {
    path_sort(planner, path);
    return;
  }
  info->orderByConsumed = 1;
  if (!info->aOrderBy[0].desc) return;
  path->plan |= PLAN_DESCENDING;
  sqlite3_str_appendall(planner->text, " DESC");
}

/* Whether rows come in the order asked for. */
static bool is_ordered(const sqlite3_index_info *info) {
  return info->nOrderBy == 0 || info->orderByConsumed;
}

/*
** Whether it may be the first part of (a, b) >= (c, d), which core tests again whatever is asked.
** Of > and < it makes >= and <= there.
*/
static bool may_be_row_value(sqlite3_index_info *info, int i) {
  unsigned char op = info->aConstraint[i].op;
  if (op != SQLITE_INDEX_CONSTRAINT_GE && op != SQLITE_INDEX_CONSTRAINT_LE) return false;
  return host_literal(info, i) == NULL;
}

/* Whether core is left nothing to test or sort, but for LIMIT. */
static bool applies_all(sqlite3_index_info *info) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (planner_is_count(info, i)) continue;
    if (info->aConstraintUsage[i].argvIndex == 0 || !info->aConstraintUsage[i].omit) return false;
    if (may_be_row_value(info, i)) return false;
  }
  return is_ordered(info);
}

/* Whether nearly all rows that the scan hands over will be counted by LIMIT. */
static bool tests_all(const sqlite3_index_info *info) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (!planner_is_count(info, i) && info->aConstraintUsage[i].argvIndex == 0) return false;
  }
  return true;
}

/* Hands over the value of LIMIT or OFFSET; false where core offers none. */
static bool take_count(Planner *planner, unsigned char op, bool exact) {
  const sqlite3_index_info *info = planner->info;
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].op != op || !planner_is_usable(planner, i)) continue;
    planner_take(planner, i, exact);
    return true;
  }
  return false;
}

/* Taken last: their values stand behind all others. */
static void take_counts(Planner *planner, Path *path) {
  sqlite3_index_info *info = planner->info;
  if (path->plan & (PLAN_EQUAL | PLAN_IN | PLAN_INDEX)) return;
  bool all = applies_all(info), sorted = (path->plan & PLAN_SORTED) != 0;
  if (!is_ordered(info) || (sorted && !tests_all(info))) return;
  bool limit = take_count(planner, SQLITE_INDEX_CONSTRAINT_LIMIT, false);
  if (limit) path->plan |= PLAN_LIMIT;
  sqlite3_str_appendall(planner->text, limit ? " LIMIT ?" : "");
  bool exact = all && host_has_offset(), behind = sorted && limit;
  if (!exact && !behind) return;
  if (!take_count(planner, SQLITE_INDEX_CONSTRAINT_OFFSET, exact)) return;
  path->plan |= (exact ? PLAN_OFFSET : 0) | (behind ? PLAN_LIMIT_BEHIND : 0);
  sqlite3_str_appendall(planner->text, exact ? " OFFSET ?" : " + ?");
}

static bool has_operator(const sqlite3_index_info *info, unsigned char op) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].op == op && info->aConstraint[i].usable) return true;
  }
  return false;
}

static int ask_functions(Planner *planner) {
  int rc = SQLITE_OK;
  if (has_operator(planner->info, SQLITE_INDEX_CONSTRAINT_LIKE)) {
    rc = function_is_replaced(planner->db, MATCH_LIKE, &planner->like_replaced);
  }
  if (rc == SQLITE_OK && has_operator(planner->info, SQLITE_INDEX_CONSTRAINT_GLOB)) {
    rc = function_is_replaced(planner->db, MATCH_GLOB, &planner->glob_replaced);
  }
  return rc;
}

/* Whether some condition may be of an ON clause without the statement's text saying so. */
static int ask_schema(Planner *planner) {
  const sqlite3_index_info *info = planner->info;
  bool offered = has_operator(info, SQLITE_INDEX_CONSTRAINT_LIKE) ||
                 has_operator(info, SQLITE_INDEX_CONSTRAINT_GLOB) ||
                 has_operator(info, SQLITE_INDEX_CONSTRAINT_ISNOTNULL);
  if (host_keeps_on_back() || !offered) return SQLITE_OK;
  return outer_join_in_schema(planner->db, &planner->outer_views);
}

int plan_choose(sqlite3 *db, sqlite3_index_info *info, const Schema *schema, const Table *table) {
  Planner planner = {.db = db, .info = info, .schema = schema, .table = table};
  int rc = ask_functions(&planner);
  if (rc == SQLITE_OK) rc = ask_schema(&planner);
  if (rc != SQLITE_OK) return rc;
  planner.text = sqlite3_str_new(NULL);
  Path path = best_path(&planner);
  path_take(&planner, &path);
  take_order(&planner, &path);
  if (path.plan & PLAN_TESTS) path_take_tests(&planner);
  if (path.plan & PLAN_DISTINCT) path_write_distinct(&planner);
  if (path.plan & PLAN_SORTED) path_write_order(&planner, &path);
  take_counts(&planner, &path);
  info->idxNum = path.plan;
  info->idxStr = sqlite3_str_finish(planner.text);
  info->needToFreeIdxStr = 1;
  info->estimatedRows = path.rows < 1 ? 1 : (sqlite3_int64)path.rows;
  info->estimatedCost = path.cost;
  if (path.plan & PLAN_EQUAL) info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
  return info->idxStr == NULL ? SQLITE_NOMEM : SQLITE_OK;
}
