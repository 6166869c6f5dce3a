/*
** plan_where.c: see planner.h.
*/
#include "estimate.h"
#include "outer_join.h"
#include "planner.h"
#include "base/sqlite.h"

/* Costs of a row that is only tested. */
#define TEST_PACKED (1.0 / 12)
#define TEST_TEXT (1.0 / 4)
#define TESTS_MOST 0.5 /* of many tests most look at few rows */

static bool test_operator(const Planner *planner, int i, PredicateOperator *op) {
  switch (planner->info->aConstraint[i].op) {
  case SQLITE_INDEX_CONSTRAINT_EQ:
    /* Where an IN looks like this too, each of its values would take a scan. */
    *op = host_is_in(planner->info, i) ? PREDICATE_IN : PREDICATE_EQUAL;
    return host_has_in();
  case SQLITE_INDEX_CONSTRAINT_GT:
    *op = PREDICATE_ABOVE;
    return true;
  case SQLITE_INDEX_CONSTRAINT_GE:
    *op = PREDICATE_ABOVE_EQUAL;
    return true;
  case SQLITE_INDEX_CONSTRAINT_LT:
    *op = PREDICATE_BELOW;
    return true;
  case SQLITE_INDEX_CONSTRAINT_LE:
    *op = PREDICATE_BELOW_EQUAL;
    return true;
  case SQLITE_INDEX_CONSTRAINT_IS:
    *op = PREDICATE_IS;
    return true;
  case SQLITE_INDEX_CONSTRAINT_ISNULL:
    *op = PREDICATE_IS_NULL;
    return true;
  case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
    *op = PREDICATE_NOT_NULL;
    return true;
  case SQLITE_INDEX_CONSTRAINT_LIKE:
    *op = PREDICATE_LIKE;
    return !planner->like_replaced;
  case SQLITE_INDEX_CONSTRAINT_GLOB:
    *op = PREDICATE_GLOB;
    return !planner->glob_replaced;
  default:
    return false;
  }
}

/*
** LIKE 'in%' looks like >= 'IN' AND < 'io' beside itself, and finds infinities, which are Inf as
** text, and blobs where core was built so. Of numeric affinity, a column is not looked at again by
** core.
*/
static bool may_be_like(const Planner *planner, int i, const Predicate *test) {
  Value value;
  sqlite3_value *owned;
  if (!predicate_is_order(test->op) || test->affinity < AFFINITY_NUMERIC) return false;
  if (!host_has_in()) return true; /* nor tells a literal */
  bool known = planner_literal(planner, i, test->affinity, &value, &owned);
  sqlite3_value_free(owned);
  return known && value.type == VALUE_TEXT;
}

/* Whether the scan can test the constraint, and how. */
static bool find_test(const Planner *planner, int i, Predicate *test) {
  int column = planner->info->aConstraint[i].iColumn;
  *test = (Predicate){.column = (uint32_t)column};
  if (!planner_is_usable(planner, i) || planner_is_key(planner, column) ||
      column >= planner->schema->count)
    return false;
  test->affinity = planner->schema->columns[column].affinity;
  if (!test_operator(planner, i, &test->op) || may_be_like(planner, i, test)) return false;
  if (planner->outer_views && outer_join_may_offer(test->op)) return false;
  if (test->op == PREDICATE_LIKE || test->op == PREDICATE_GLOB) {
    return test->affinity < AFFINITY_NUMERIC;
  }
  if (test->op == PREDICATE_EQUAL) return planner_equal_collation(planner, i, &test->collation);
  return collation_by_name(sqlite3_vtab_collation(planner->info, i), &test->collation);
}

/* Whether core need not test again. */
static bool is_exact(const Planner *planner, int i, const Predicate *test) {
  if (planner->schema->utf16 && predicate_is_order(test->op)) return false;
  if (test->op == PREDICATE_EQUAL && !planner_is_collated(planner, i)) return false;
  return predicate_is_exact(test->op, test->affinity) && !outer_join_may_offer(test->op);
}

static double share_of(const Planner *planner, int i, const Predicate *test) {
  Value value;
  sqlite3_value *owned;
  if (planner->table == NULL) return 1;
  bool known = planner_literal(planner, i, test->affinity, &value, &owned);
  bool leads = schema_has_index(planner->schema, test->column);
  double share =
      estimate_share(planner->table, test->column, test->op, known ? &value : NULL, leads);
  sqlite3_value_free(owned);
  return share;
}

/*
** Whether it is an equality or IN of the first column of an index, by whose order rows are found,
** and no index that begins with it has a key to look up.
*/
static bool leads_index(const Planner *planner, const Predicate *test) {
  const Schema *schema = planner->schema;
  bool leads = false;
  bool equal = test->op == PREDICATE_EQUAL || test->op == PREDICATE_IS;
  if (!equal && test->op != PREDICATE_IN) return false;
  for (int i = 0; i < schema->index_count; i++) {
    const IndexDef *def = &schema->indexes[i];
    Path key;
    if (def->columns[0] != test->column || def->collations[0] != test->collation) continue;
    if (path_by_index(planner, i, &key)) return false;
    leads = true;
  }
  return leads;
}

void path_weigh_tests(const Planner *planner, Path *path) {
  double share = 1, cost = 0, led = 1;
  for (int i = 0; i < planner->info->nConstraint; i++) {
    Predicate test;
    if (!find_test(planner, i, &test)) continue;
    double passing = share_of(planner, i, &test);
    if (passing < led && leads_index(planner, &test)) led = passing;
    share *= passing;
    cost += test.affinity >= AFFINITY_NUMERIC ? TEST_PACKED : TEST_TEXT;
    path->plan |= PLAN_TESTS;
  }
  double tested = path->rows * ((cost < TESTS_MOST ? cost : TESTS_MOST) + share);
  double found = PLAN_SEEK + path->rows * led * PLAN_KEY_ROW;
  path->cost = PLAN_SEEK + (tested < found ? tested : found);
  path->rows *= share;
}

bool tests_follow(const Planner *planner, const IndexDef *def) {
  for (int i = 0; i < planner->info->nConstraint; i++) {
    Predicate test;
    IndexPrefixes prefixes;
    if (!find_test(planner, i, &test) || !planner_is_collated(planner, i)) continue;
    if (!predicate_is_order(test.op) && test.op != PREDICATE_EQUAL) continue;
    schema_list_prefixes(planner->schema, test.column, &prefixes);
    if (index_prefixes_have(&prefixes, def->columns, def->count)) return true;
  }
  return false;
}

void path_take_tests(Planner *planner) {
  bool first = true;
  for (int i = 0; i < planner->info->nConstraint; i++) {
    Predicate test;
    if (!find_test(planner, i, &test)) continue;
    plan_text_test(planner->text, planner->schema, &test, first);
    if (test.op == PREDICATE_IN) host_take_in(planner->info, i);
    planner_take(planner, i, is_exact(planner, i, &test));
    first = false;
  }
}
