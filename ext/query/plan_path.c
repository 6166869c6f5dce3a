/*
** plan_path.c: see planner.h.
*/
#include "estimate.h"
#include "planner.h"
#include "base/sqlite.h"

bool planner_literal(const Planner *planner, int i, Affinity affinity, Value *value,
                     sqlite3_value **owned) {
  sqlite3_value *literal = host_literal(planner->info, i);
  *owned = NULL;
  if (literal == NULL) return false;
  affinity = affinity >= AFFINITY_NUMERIC ? AFFINITY_NUMERIC : AFFINITY_BLOB;
  return affinity_apply(affinity, literal, value, owned) == SQLITE_OK;
}

static const char *collation_of_column(const Planner *planner, int i) {
  const char *name = planner->schema->columns[planner->info->aConstraint[i].iColumn].collation;
  return name == NULL ? "BINARY" : name;
}

bool planner_is_collated(const Planner *planner, int i) {
  const char *named = sqlite3_vtab_collation(planner->info, i);
  return sqlite3_stricmp(named, collation_of_column(planner, i)) == 0;
}

bool planner_equal_collation(const Planner *planner, int i, Collation *collation) {
  Collation named;
  if (!collation_by_name(sqlite3_vtab_collation(planner->info, i), &named)) return false;
  *collation = named;
  if (host_is_in(planner->info, i)) return true; /* of one column */
  if (!collation_by_name(collation_of_column(planner, i), collation)) return false;
  if (named == COLLATION_BINARY || named == *collation) return true;
  bool holds = *collation == COLLATION_BINARY;
  *collation = named;
  return holds;
}

/* ---- the rowid -------------------------------------------------------------------- */

static const struct {
  unsigned char op;
  Comparison comparison;
  int plan;
  const char *words; /* of the plan */
} rowid_operators[] = {
    {SQLITE_INDEX_CONSTRAINT_EQ, COMPARE_EQUAL, PLAN_EQUAL, "=?"},
    {SQLITE_INDEX_CONSTRAINT_IS, COMPARE_EQUAL, PLAN_EQUAL, "=?"},
    {SQLITE_INDEX_CONSTRAINT_GT, COMPARE_ABOVE, PLAN_ABOVE | PLAN_ABOVE_STRICT, ">?"},
    {SQLITE_INDEX_CONSTRAINT_GE, COMPARE_ABOVE_EQUAL, PLAN_ABOVE, ">=?"},
    {SQLITE_INDEX_CONSTRAINT_LT, COMPARE_BELOW, PLAN_BELOW | PLAN_BELOW_STRICT, "<?"},
    {SQLITE_INDEX_CONSTRAINT_LE, COMPARE_BELOW_EQUAL, PLAN_BELOW, "<=?"},
};

#define ROWID_OPERATORS (sizeof rowid_operators / sizeof rowid_operators[0])

/* The number in rowid_operators of a usable constraint of the rowid, or ROWID_OPERATORS. */
static size_t rowid_operator(const Planner *planner, int i) {
  size_t at = 0;
  if (!planner_is_usable(planner, i) ||
      !planner_is_key(planner, planner->info->aConstraint[i].iColumn)) {
    return ROWID_OPERATORS;
  }
  while (at < ROWID_OPERATORS && rowid_operators[at].op != planner->info->aConstraint[i].op) at++;
  return at;
}

static Path rowid_equal(int constraint, bool in) {
  Path path = {.plan = in ? PLAN_IN : PLAN_EQUAL, .constraints = {constraint, -1}};
  path.rows = in ? ESTIMATE_LISTED : 1;
  path.cost = 2 * path.rows;
  return path;
}

/* Rows between bounds; where those are not known, a share of what there is. */
static double rows_between(const Planner *planner, const Path *path) {
  bool small = planner->table == NULL || planner->table->rows < PLAN_ROWS_LEAST;
  double rows = small ? PLAN_ROWS_LEAST : (double)planner->table->rows;
  IntegerInterval rowids = all_integers;
  for (int k = 0; k < 2; k++) {
    int i = path->constraints[k];
    Value value;
    sqlite3_value *owned;
    if (i < 0) continue;
    if (planner_literal(planner, i, AFFINITY_INTEGER, &value, &owned) && !small) {
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

Path path_by_rowid(const Planner *planner) {
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
  path.cost = PLAN_SEEK + path.rows;
  return path;
}

static void take_rowid(Planner *planner, const Path *path) {
  const char *separator = "";
  for (int k = 0; k < 2; k++) {
    int i = path->constraints[k];
    if (i < 0) continue;
    sqlite3_str_appendall(planner->text, separator);
    plan_text_column(planner->text, planner->schema, planner->schema->key);
    sqlite3_str_appendall(planner->text, path->plan & PLAN_IN
                                             ? " IN ?"
                                             : rowid_operators[rowid_operator(planner, i)].words);
    separator = " AND ";
    if (path->plan & PLAN_IN) host_take_in(planner->info, i);
    planner_take(planner, i, true);
  }
  if (separator[0] == 0) sqlite3_str_appendall(planner->text, "scan");
}

/* ---- indexes ---------------------------------------------------------------------- */

/* A usable equality of the index's column, which the index's collation serves, or -1. */
static int find_equality(const Planner *planner, const IndexDef *def, uint32_t number) {
  for (int i = 0; i < planner->info->nConstraint; i++) {
    Collation collation;
    if (!planner_is_usable(planner, i)) continue;
    if (planner->info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (planner->info->aConstraint[i].iColumn != (int)def->columns[number]) continue;
    if (!planner_equal_collation(planner, i, &collation)) continue;
    if (collation == def->collations[number]) return i;
  }
  return -1;
}

/*
** Whether the key is compared as core does: a number of no column of numbers is looked up by
** reading all rows (query.c), of which core is to test each column.
*/
static bool is_exact(const Planner *planner, const IndexDef *def) {
  bool exact = true;
  for (uint32_t i = 0; i < def->count && exact; i++) {
    exact = planner->schema->columns[def->columns[i]].affinity >= AFFINITY_NUMERIC &&
            planner_is_collated(planner, find_equality(planner, def, i));
  }
  return exact;
}

bool path_by_index(const Planner *planner, int number, Path *path) {
  const IndexDef *def = &planner->schema->indexes[number];
  for (uint32_t i = 0; i < def->count; i++) {
    if (find_equality(planner, def, i) < 0) return false;
  }
  bool in = def->count == 1 && host_is_in(planner->info, find_equality(planner, def, 0));
  bool known = planner->table != NULL && planner->table->rows >= PLAN_ROWS_LEAST;
  double rows = def->unique ? 1
                : known     ? estimate_rows_of_key(planner->table, (uint32_t)number)
                            : ESTIMATE_KEY_ROWS;
  *path = (Path){.plan = PLAN_INDEX | (in ? PLAN_IN : 0) | number << PLAN_INDEX_SHIFT};
  if (!in && is_exact(planner, def)) path->plan |= PLAN_EXACT;
  path->rows = in ? ESTIMATE_LISTED * rows : rows;
  path->cost = (in ? ESTIMATE_LISTED : 1) * (6 + 5 * rows);
  return true;
}

static void take_index(Planner *planner, const Path *path) {
  const IndexDef *def = &planner->schema->indexes[path->plan >> PLAN_INDEX_SHIFT];
  bool exact = (path->plan & PLAN_EXACT) != 0;
  for (uint32_t i = 0; i < def->count; i++) {
    int constraint = find_equality(planner, def, i);
    sqlite3_str_appendall(planner->text, i > 0 ? " AND " : "");
    plan_text_column(planner->text, planner->schema, (int)def->columns[i]);
    sqlite3_str_appendall(planner->text, path->plan & PLAN_IN ? " IN ?" : "=?");
    if (path->plan & PLAN_IN) host_take_in(planner->info, constraint);
    planner_take(planner, constraint, exact);
  }
}

void path_take(Planner *planner, const Path *path) {
  if (path->plan & PLAN_INDEX) {
    take_index(planner, path);
  } else {
    take_rowid(planner, path);
  }
}
