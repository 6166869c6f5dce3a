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

/* Whether the table says nothing of what it will be. */
static bool is_small(const Planner *planner) {
  return planner->table == NULL || planner->table->rows < PLAN_ROWS_LEAST;
}

/* How many rows the table is planned for as having. */
static double planned_rows(const Planner *planner) {
  return is_small(planner) ? PLAN_ROWS_LEAST : (double)planner->table->rows;
}

/* Rows between bounds; where those are not known, a share of what there is. */
static double rows_between(const Planner *planner, const Path *path) {
  bool small = is_small(planner);
  double rows = planned_rows(planner);
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

/* Takes the bounds of the rowid, one a side. */
static void find_bounds(const Planner *planner, Path *path) {
  path->constraints[0] = path->constraints[1] = -1;
  for (int i = 0; i < planner->info->nConstraint; i++) {
    size_t at = rowid_operator(planner, i);
    if (at == ROWID_OPERATORS || rowid_operators[at].plan == PLAN_EQUAL) continue;
    int side = rowid_operators[at].plan & PLAN_BELOW ? 1 : 0;
    if (path->constraints[side] >= 0) continue;
    path->constraints[side] = i;
    path->plan |= rowid_operators[at].plan;
  }
}

/* A usable equality of the rowid, with one value rather than with a list, or -1. */
static int find_rowid(const Planner *planner) {
  int found = -1;
  for (int i = 0; i < planner->info->nConstraint; i++) {
    size_t at = rowid_operator(planner, i);
    if (at == ROWID_OPERATORS || rowid_operators[at].plan != PLAN_EQUAL) continue;
    if (!host_is_in(planner->info, i)) return i;
    if (found < 0) found = i;
  }
  return found;
}

Path path_by_rowid(const Planner *planner) {
  Path path = {0};
  int equal = find_rowid(planner);
  if (equal >= 0) return rowid_equal(equal, host_is_in(planner->info, equal));
  find_bounds(planner, &path);
  path.rows = rows_between(planner, &path);
  path.cost = PLAN_SEEK + path.rows;
  return path;
}

/* Writes and takes what a path asks of the rowid; false if that is nothing. */
static bool take_rowid(Planner *planner, const Path *path, const char *separator) {
  bool any = false;
  for (int k = 0; k < 2; k++) {
    int i = path->constraints[k];
    if (i < 0) continue;
    const char *words = rowid_operators[rowid_operator(planner, i)].words;
    bool in = host_is_in(planner->info, i);
    sqlite3_str_appendall(planner->text, any ? " AND " : separator);
    plan_text_column(planner->text, planner->schema, planner->schema->key);
    sqlite3_str_appendall(planner->text, in ? " IN ?" : words);
    if (in) host_take_in(planner->info, i);
    planner_take(planner, i, true);
    any = true;
  }
  return any;
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

/*
** How many of a key's rows are likely read: where nothing is left to test or to sort, no more than
** LIMIT and OFFSET ask for.
*/
static double rows_read(const Planner *planner, const Path *path, uint32_t columns, double rows) {
  sqlite3_index_info *info = planner->info;
  uint32_t tests = 0, taken = columns + (path->constraints[0] >= 0) + (path->constraints[1] >= 0);
  double wanted = 0;
  bool limited = false;
  for (int i = 0; i < info->nConstraint; i++) {
    if (planner_is_count(info, i)) {
      sqlite3_value *literal = host_literal(info, i);
      limited = limited || info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_LIMIT;
      wanted += literal == NULL ? ESTIMATE_LIMIT : sqlite3_value_double(literal);
    } else {
      tests++;
    }
  }
  if (!limited || wanted < 0 || wanted > rows || tests > taken) return rows;
  if (info->nOrderBy > 0 && !planner_is_key(planner, info->aOrderBy[0].iColumn)) return rows;
  return wanted;
}

/* Rows of a key, between the bounds of the path. */
static double rows_of_key(const Planner *planner, int number, const Path *path) {
  double rows = planner->schema->indexes[number].unique ? 1
                : is_small(planner)                     ? ESTIMATE_KEY_ROWS
                                    : estimate_rows_of_key(planner->table, (uint32_t)number);
  return rows * rows_between(planner, path) / planned_rows(planner);
}

bool path_by_index(const Planner *planner, int number, Path *path) {
  const IndexDef *def = &planner->schema->indexes[number];
  double keys = 1; /* core asks for each of several lists in turn */
  bool in = false;
  for (uint32_t i = 0; i < def->count; i++) {
    int constraint = find_equality(planner, def, i);
    if (constraint < 0) return false;
    in = host_is_in(planner->info, constraint);
    if (in) keys *= ESTIMATE_LISTED;
  }
  in = in && def->count == 1;
  *path = (Path){.plan = PLAN_INDEX | (in ? PLAN_IN : 0) | number << PLAN_INDEX_SHIFT,
                 .constraints = {-1, -1}};
  if (!in) find_bounds(planner, path);
  double rows = rows_of_key(planner, number, path);
  path->rows = keys * rows;
  path->cost = keys * (6 + PLAN_KEY_ROW * (in ? rows : rows_read(planner, path, def->count, rows)));
  return true;
}

static void take_index(Planner *planner, const Path *path) {
  const IndexDef *def = &planner->schema->indexes[path->plan >> PLAN_INDEX_SHIFT];
  bool exact = is_exact(planner, def);
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
    take_rowid(planner, path, " AND ");
  } else if (!take_rowid(planner, path, "")) {
    sqlite3_str_appendall(planner->text, "scan");
  }
}
