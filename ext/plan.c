/*
** plan.c: see plan.h.
*/
#include "plan.h"

#include "estimate.h"
#include "host.h"
#include "plan_text.h"
#include "replaced.h"
#include "sqlite.h"

#define LISTED 25 /* values of an IN, as core guesses */
#define SEEK 10   /* cost of finding the first row of many */
#define TEST_PACKED (1.0 / 32)
#define TEST_TEXT (1.0 / 4)
#define TESTS_MOST 0.5 /* of many tests most look at few rows */

/*
** A statement keeps its plan while the table grows, so a small table is planned for
** as if it had so many rows.
*/
#define ROWS_LEAST 1000

typedef struct Planner {
  sqlite3 *db;
  sqlite3_index_info *info;
  const Schema *schema;
  const Table *table; /* may be NULL */
  int arguments;      /* given out so far */
  sqlite3_str *text;
  bool like_replaced; /* asked where there is a LIKE or GLOB */
  bool glob_replaced;
} Planner;

/* One way to the rows. */
typedef struct Path {
  int plan;
  int constraints[2]; /* of the rowid, by number in aConstraint; -1: none */
  double rows;
  double cost;
} Path;

/* ---- constraints ------------------------------------------------------------------ */

static bool is_usable(const Planner *planner, int i) {
  return planner->info->aConstraint[i].usable != 0;
}

static bool is_key(const Planner *planner, int column) {
  return column < 0 || column == planner->schema->key;
}

/* Hands the constraint's value to xFilter as its next argument. */
static void take(Planner *planner, int i, bool exact) {
  planner->info->aConstraintUsage[i].argvIndex = ++planner->arguments;
  planner->info->aConstraintUsage[i].omit = exact;
}

/* The right side as a column of the affinity is compared with it; false where it is not known. */
static bool read_literal(const Planner *planner, int i, Affinity affinity, Value *value,
                         sqlite3_value **owned) {
  sqlite3_value *literal = host_literal(planner->info, i);
  *owned = NULL;
  if (literal == NULL) return false;
  affinity = affinity >= AFFINITY_NUMERIC ? AFFINITY_NUMERIC : AFFINITY_BLOB;
  return affinity_apply(affinity, literal, value, owned) == SQLITE_OK;
}

/* ---- the rowid -------------------------------------------------------------------- */

static const struct {
  unsigned char op;
  Comparison comparison;
  int plan;
} rowid_operators[] = {
    {SQLITE_INDEX_CONSTRAINT_EQ, COMPARE_EQUAL, PLAN_EQUAL},
    {SQLITE_INDEX_CONSTRAINT_IS, COMPARE_EQUAL, PLAN_EQUAL},
    {SQLITE_INDEX_CONSTRAINT_GT, COMPARE_ABOVE, PLAN_ABOVE | PLAN_ABOVE_STRICT},
    {SQLITE_INDEX_CONSTRAINT_GE, COMPARE_ABOVE_EQUAL, PLAN_ABOVE},
    {SQLITE_INDEX_CONSTRAINT_LT, COMPARE_BELOW, PLAN_BELOW | PLAN_BELOW_STRICT},
    {SQLITE_INDEX_CONSTRAINT_LE, COMPARE_BELOW_EQUAL, PLAN_BELOW},
};

#define ROWID_OPERATORS (sizeof rowid_operators / sizeof rowid_operators[0])

/* The number in rowid_operators of a usable constraint of the rowid, or ROWID_OPERATORS. */
static size_t rowid_operator(const Planner *planner, int i) {
  size_t at = 0;
  if (!is_usable(planner, i) || !is_key(planner, planner->info->aConstraint[i].iColumn)) {
    return ROWID_OPERATORS;
  }
  while (at < ROWID_OPERATORS && rowid_operators[at].op != planner->info->aConstraint[i].op) at++;
  return at;
}

static Path rowid_equal(int constraint, bool in) {
  Path path = {.plan = in ? PLAN_IN : PLAN_EQUAL, .constraints = {constraint, -1}};
  path.rows = in ? LISTED : 1;
  path.cost = 5 * path.rows;
  return path;
}

/* Rows between bounds; where those are not known, a share of what there is. */
static double rows_between(const Planner *planner, const Path *path) {
  bool small = planner->table == NULL || planner->table->rows < ROWS_LEAST;
  double rows = small ? ROWS_LEAST : (double)planner->table->rows;
  IntegerInterval rowids = all_integers;
  for (int k = 0; k < 2; k++) {
    int i = path->constraints[k];
    Value value;
    sqlite3_value *owned;
    if (i < 0) continue;
    if (read_literal(planner, i, AFFINITY_INTEGER, &value, &owned) && !small) {
      Comparison comparison = rowid_operators[rowid_operator(planner, i)].comparison;
      rowids = interval_meet(rowids, interval_of_integers(comparison, &value));
    } else {
      rows /= 4;
    }
    sqlite3_value_free(owned);
  }
  if (small) return rows;
  double between = estimate_between(planner->table, rowids);
  return between < rows ? between : rows;
}

/* The best path by the rowid; a scan of everything where it is not constrained. */
static Path rowid_path(const Planner *planner) {
  Path path = {.constraints = {-1, -1}};
  for (int i = 0; i < planner->info->nConstraint; i++) {
    size_t at = rowid_operator(planner, i);
    if (at == ROWID_OPERATORS) continue;
    int plan = rowid_operators[at].plan, side = plan & PLAN_BELOW ? 1 : 0;
    bool in = host_is_in(planner->info, i);
    if (plan == PLAN_EQUAL && !in) return rowid_equal(i, false);
    if (plan == PLAN_EQUAL && path.plan != PLAN_IN) path = rowid_equal(i, true);
    if (path.plan == PLAN_IN || path.constraints[side] >= 0) continue;
    path.constraints[side] = i;
    path.plan |= plan;
  }
  if (path.plan == PLAN_IN) return path;
  path.rows = rows_between(planner, &path);
  path.cost = SEEK + path.rows;
  return path;
}

static void take_rowid(Planner *planner, const Path *path) {
  const char *separator = "";
  for (int k = 0; k < 2; k++) {
    int i = path->constraints[k];
    if (i < 0) continue;
    static const char *const operators[ROWID_OPERATORS] = {"=?", "=?", ">?", ">=?", "<?", "<=?"};
    sqlite3_str_appendall(planner->text, separator);
    plan_text_column(planner->text, planner->schema, planner->schema->key);
    sqlite3_str_appendall(planner->text,
                          path->plan & PLAN_IN ? " IN ?" : operators[rowid_operator(planner, i)]);
    separator = " AND ";
    if (path->plan & PLAN_IN) host_take_in(planner->info, i);
    take(planner, i, true);
  }
  if (separator[0] == 0) sqlite3_str_appendall(planner->text, "scan");
}

/* ---- indexes ---------------------------------------------------------------------- */

/* A usable equality of the index's column, under its collation, or -1. */
static int find_equality(const Planner *planner, const IndexDef *def, uint32_t number) {
  for (int i = 0; i < planner->info->nConstraint; i++) {
    Collation collation;
    if (!is_usable(planner, i)) continue;
    if (planner->info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (planner->info->aConstraint[i].iColumn != (int)def->columns[number]) continue;
    if (!collation_by_name(sqlite3_vtab_collation(planner->info, i), &collation)) continue;
    if (collation == def->collations[number]) return i;
  }
  return -1;
}

/* The path by an index; false where not all of its columns are compared. */
static bool index_path(const Planner *planner, int number, Path *path) {
  const IndexDef *def = &planner->schema->indexes[number];
  for (uint32_t i = 0; i < def->count; i++) {
    if (find_equality(planner, def, i) < 0) return false;
  }
  bool in = def->count == 1 && host_is_in(planner->info, find_equality(planner, def, 0));
  bool known = planner->table != NULL && planner->table->rows >= ROWS_LEAST;
  double rows = def->unique ? 1
                : known     ? estimate_rows_of_key(planner->table, (uint32_t)number)
                            : 10;
  *path = (Path){.plan = PLAN_INDEX | (in ? PLAN_IN : 0) | number << PLAN_INDEX_SHIFT};
  path->rows = in ? LISTED * rows : rows;
  path->cost = (in ? LISTED : 1) * (6 + 2 * rows); /* each row is read once to compare its key */
  return true;
}

static void take_index(Planner *planner, const Path *path) {
  const IndexDef *def = &planner->schema->indexes[path->plan >> PLAN_INDEX_SHIFT];
  for (uint32_t i = 0; i < def->count; i++) {
    int constraint = find_equality(planner, def, i);
    sqlite3_str_appendall(planner->text, i > 0 ? " AND " : "");
    plan_text_column(planner->text, planner->schema, (int)def->columns[i]);
    sqlite3_str_appendall(planner->text, path->plan & PLAN_IN ? " IN ?" : "=?");
    if (path->plan & PLAN_IN) host_take_in(planner->info, constraint);
    take(planner, constraint, false);
  }
}

/* ---- tests ------------------------------------------------------------------------ */

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

/* Whether the scan can test the constraint, and how. */
static bool find_test(const Planner *planner, int i, Predicate *test) {
  int column = planner->info->aConstraint[i].iColumn;
  *test = (Predicate){.column = (uint32_t)column};
  if (!is_usable(planner, i) || is_key(planner, column) || column >= planner->schema->count)
    return false;
  test->affinity = planner->schema->columns[column].affinity;
  if (!test_operator(planner, i, &test->op)) return false;
  if (test->op == PREDICATE_LIKE || test->op == PREDICATE_GLOB) {
    return test->affinity < AFFINITY_NUMERIC;
  }
  return collation_by_name(sqlite3_vtab_collation(planner->info, i), &test->collation);
}

static double share_of(const Planner *planner, int i, const Predicate *test) {
  Value value;
  sqlite3_value *owned;
  if (planner->table == NULL) return 1;
  bool known = read_literal(planner, i, test->affinity, &value, &owned);
  double share = estimate_share(planner->table, test->column, test->op, known ? &value : NULL);
  sqlite3_value_free(owned);
  return share;
}

/* What the tests make of the rows and the cost of a path. */
static void weigh_tests(const Planner *planner, Path *path) {
  double share = 1, cost = 0;
  for (int i = 0; i < planner->info->nConstraint; i++) {
    Predicate test;
    if (!find_test(planner, i, &test)) continue;
    share *= share_of(planner, i, &test);
    cost += test.affinity >= AFFINITY_NUMERIC ? TEST_PACKED : TEST_TEXT;
    path->plan |= PLAN_TESTS;
  }
  path->cost = SEEK + path->rows * ((cost < TESTS_MOST ? cost : TESTS_MOST) + share);
  path->rows *= share;
}

static void take_tests(Planner *planner) {
  bool first = true;
  for (int i = 0; i < planner->info->nConstraint; i++) {
    Predicate test;
    if (!find_test(planner, i, &test)) continue;
    plan_text_test(planner->text, planner->schema, &test, first);
    if (test.op == PREDICATE_IN) host_take_in(planner->info, i);
    take(planner, i, predicate_is_exact(test.op, test.affinity));
    first = false;
  }
}

/* ---- choosing --------------------------------------------------------------------- */

static uint32_t path_columns(const Planner *planner, const Path *path) {
  if (!(path->plan & PLAN_INDEX)) return 0;
  return planner->schema->indexes[path->plan >> PLAN_INDEX_SHIFT].count;
}

static bool has_more_columns(const Planner *planner, const Path *a, const Path *b) {
  return path_columns(planner, a) > path_columns(planner, b);
}

static Path best_path(const Planner *planner) {
  Path best = rowid_path(planner), path;
  if (best.plan & PLAN_EQUAL) return best;
  if (!(best.plan & PLAN_IN)) weigh_tests(planner, &best);
  for (int i = 0; i < planner->schema->index_count; i++) {
    if (!index_path(planner, i, &path) || path.cost > best.cost) continue;
    if (path.cost < best.cost || has_more_columns(planner, &path, &best)) best = path;
  }
  return best;
}

/* The rowid is unique: what ORDER BY names behind it orders nothing. */
static void take_order(Planner *planner, Path *path) {
  sqlite3_index_info *info = planner->info;
  if (info->nOrderBy == 0 || !is_key(planner, info->aOrderBy[0].iColumn)) return;
  info->orderByConsumed = 1;
  if (!info->aOrderBy[0].desc) return;
  path->plan |= PLAN_DESCENDING;
  sqlite3_str_appendall(planner->text, " DESC");
}

static bool has_operator(const sqlite3_index_info *info, unsigned char op) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].op == op && info->aConstraint[i].usable) return true;
  }
  return false;
}

static void ask_functions(Planner *planner) {
  if (has_operator(planner->info, SQLITE_INDEX_CONSTRAINT_LIKE)) {
    planner->like_replaced = function_is_replaced(planner->db, "like");
  }
  if (has_operator(planner->info, SQLITE_INDEX_CONSTRAINT_GLOB)) {
    planner->glob_replaced = function_is_replaced(planner->db, "glob");
  }
}

int plan_choose(sqlite3 *db, sqlite3_index_info *info, const Schema *schema, const Table *table) {
  Planner planner = {.db = db, .info = info, .schema = schema, .table = table};
  planner.text = sqlite3_str_new(NULL);
  ask_functions(&planner);
  Path path = best_path(&planner);
  if (path.plan & PLAN_INDEX) {
    take_index(&planner, &path);
  } else {
    take_rowid(&planner, &path);
  }
  take_order(&planner, &path);
  if (path.plan & PLAN_TESTS) take_tests(&planner);
  info->idxNum = path.plan;
  info->idxStr = sqlite3_str_finish(planner.text);
  info->needToFreeIdxStr = 1;
  info->estimatedRows = path.rows < 1 ? 1 : (sqlite3_int64)path.rows;
  info->estimatedCost = path.cost;
  if (path.plan & PLAN_EQUAL) info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
  return info->idxStr == NULL ? SQLITE_NOMEM : SQLITE_OK;
}
