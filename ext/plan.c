/*
** plan.c: see plan.h.
*/
#include "plan.h"

#include "affinity.h"

/* ---- choosing ------------------------------------------------------------------ */

/* The constraints that a plan takes, by number in aConstraint; -1: none. */
typedef struct Chosen {
  int equal;
  int above;
  int below;
} Chosen;

static bool is_key(int column, int key) { return column < 0 || column == key; }

/* A usable equality of the column under the index's collation, or -1. */
static int find_equality(sqlite3_index_info *info, const IndexDef *def, uint32_t number) {
  static const char *const collations[] = {"BINARY", "NOCASE", "RTRIM"};
  for (int i = 0; i < info->nConstraint; i++) {
    if (!info->aConstraint[i].usable) continue;
    if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (info->aConstraint[i].iColumn != (int)def->columns[number]) continue;
    const char *collation = sqlite3_vtab_collation(info, i);
    if (sqlite3_stricmp(collation, collations[def->collations[number]]) == 0) return i;
  }
  return -1;
}

/* A unique index finds one row; of others the one with more columns finds fewer. */
static bool is_better(const IndexDef *a, const IndexDef *b) {
  return a->unique != b->unique ? a->unique : a->count > b->count;
}

/* The best index whose columns are all compared, or -1. */
static int choose_index(sqlite3_index_info *info, const Schema *schema) {
  int chosen = -1;
  for (int i = 0; i < schema->index_count; i++) {
    const IndexDef *def = &schema->indexes[i];
    uint32_t found = 0;
    while (found < def->count && find_equality(info, def, found) >= 0) found++;
    if (found < def->count) continue;
    if (chosen < 0 || is_better(def, &schema->indexes[chosen])) chosen = i;
  }
  return chosen;
}

static Chosen choose_constraints(const sqlite3_index_info *info, int key) {
  Chosen chosen = {-1, -1, -1};
  for (int i = 0; i < info->nConstraint; i++) {
    if (!info->aConstraint[i].usable || !is_key(info->aConstraint[i].iColumn, key)) continue;
    switch (info->aConstraint[i].op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      chosen.equal = i;
      break;
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE:
      chosen.above = i;
      break;
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE:
      chosen.below = i;
      break;
    default:
      break;
    }
  }
  return chosen;
}

static void take(sqlite3_index_info *info, int constraint, int argument) {
  info->aConstraintUsage[constraint].argvIndex = argument;
  info->aConstraintUsage[constraint].omit = 1;
}

static int take_bound(sqlite3_index_info *info, int constraint, int argument, int strict_operator,
                      int bit, int strict_bit) {
  take(info, constraint, argument);
  bool strict = info->aConstraint[constraint].op == strict_operator;
  return strict ? bit | strict_bit : bit;
}

static int take_constraints(sqlite3_index_info *info, const Chosen *chosen) {
  if (chosen->equal >= 0) {
    take(info, chosen->equal, 1);
    return PLAN_EQUAL;
  }
  int plan = 0, argument = 1;
  if (chosen->above >= 0) {
    plan |= take_bound(info, chosen->above, argument++, SQLITE_INDEX_CONSTRAINT_GT, PLAN_ABOVE,
                       PLAN_ABOVE_STRICT);
  }
  if (chosen->below >= 0) {
    plan |= take_bound(info, chosen->below, argument, SQLITE_INDEX_CONSTRAINT_LT, PLAN_BELOW,
                       PLAN_BELOW_STRICT);
  }
  return plan;
}

static char *describe(int plan, const char *key) {
  const char *order = plan & PLAN_DESCENDING ? " DESC" : "";
  const char *above = plan & PLAN_ABOVE_STRICT ? ">?" : ">=?";
  const char *below = plan & PLAN_BELOW_STRICT ? "<?" : "<=?";
  if (plan & PLAN_EQUAL) return sqlite3_mprintf("%s=?%s", key, order);
  switch (plan & (PLAN_ABOVE | PLAN_BELOW)) {
  case PLAN_ABOVE | PLAN_BELOW:
    return sqlite3_mprintf("%s%s AND %s%s%s", key, above, key, below, order);
  case PLAN_ABOVE:
    return sqlite3_mprintf("%s%s%s", key, above, order);
  case PLAN_BELOW:
    return sqlite3_mprintf("%s%s%s", key, below, order);
  default:
    return sqlite3_mprintf("scan%s", order);
  }
}

static int take_index(sqlite3_index_info *info, const IndexDef *def, int number) {
  for (uint32_t i = 0; i < def->count; i++) {
    info->aConstraintUsage[find_equality(info, def, i)].argvIndex = (int)i + 1;
  }
  info->estimatedCost = def->unique ? 8 : 30;
  info->estimatedRows = def->unique ? 1 : 10;
  return PLAN_INDEX | number << PLAN_INDEX_SHIFT;
}

static char *describe_index(const Schema *schema, int plan) {
  const IndexDef *def = &schema->indexes[plan >> PLAN_INDEX_SHIFT];
  sqlite3_str *text = sqlite3_str_new(NULL);
  for (uint32_t i = 0; i < def->count; i++) {
    sqlite3_str_appendf(text, "%s%s=?", i > 0 ? " AND " : "",
                        schema->columns[def->columns[i]].name);
  }
  if (plan & PLAN_DESCENDING) sqlite3_str_appendall(text, " DESC");
  return sqlite3_str_finish(text);
}

static void estimate(sqlite3_index_info *info, int plan, int64_t rows) {
  int bounds = ((plan & PLAN_ABOVE) != 0) + ((plan & PLAN_BELOW) != 0);
  if (plan & PLAN_EQUAL) {
    info->estimatedCost = 5;
    info->estimatedRows = 1;
    info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    return;
  }
  int64_t read = bounds == 2 ? rows / 16 : bounds == 1 ? rows / 4 : rows;
  info->estimatedRows = read > 0 ? read : 1;
  info->estimatedCost = (double)read + 10;
}

int plan_choose(sqlite3_index_info *info, const Schema *schema, int64_t rows) {
  int key = schema->key, plan = 0;
  Chosen chosen = choose_constraints(info, key);
  int index = chosen.equal >= 0 ? -1 : choose_index(info, schema);
  /* The rowid is unique: what ORDER BY names behind it orders nothing. */
  if (info->nOrderBy > 0 && is_key(info->aOrderBy[0].iColumn, key)) {
    info->orderByConsumed = 1;
    if (info->aOrderBy[0].desc) plan |= PLAN_DESCENDING;
  }
  if (index >= 0) {
    plan |= take_index(info, &schema->indexes[index], index);
    info->idxStr = describe_index(schema, plan);
  } else {
    plan |= take_constraints(info, &chosen);
    estimate(info, plan, rows);
    info->idxStr = describe(plan, key >= 0 ? schema->columns[key].name : "rowid");
  }
  info->idxNum = plan;
  info->needToFreeIdxStr = 1;
  return info->idxStr == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* ---- evaluating ------------------------------------------------------------------ */

static const PlanRange nothing = {.lower = 1, .upper = 0};
static const PlanRange everything = {.lower = INT64_MIN, .upper = INT64_MAX};

static PlanRange narrow(PlanRange a, PlanRange b) {
  if (b.lower > a.lower) a.lower = b.lower;
  if (b.upper < a.upper) a.upper = b.upper;
  return a;
}

/* The largest integer that is not above a real, which lies within the integers. */
static int64_t floor_integer(double real) {
  int64_t integer = (int64_t)real;
  return (double)integer > real ? integer - 1 : integer;
}

static PlanRange integer_range(int plan, int64_t integer) {
  PlanRange range = everything;
  if (plan & PLAN_EQUAL) {
    range.lower = range.upper = integer;
  } else if (plan & PLAN_ABOVE) {
    if (plan & PLAN_ABOVE_STRICT && integer == INT64_MAX) return nothing;
    range.lower = plan & PLAN_ABOVE_STRICT ? integer + 1 : integer;
  } else {
    if (plan & PLAN_BELOW_STRICT && integer == INT64_MIN) return nothing;
    range.upper = plan & PLAN_BELOW_STRICT ? integer - 1 : integer;
  }
  return range;
}

static PlanRange real_range(int plan, double real) {
  if (real >= 9223372036854775808.0) return plan & PLAN_BELOW ? everything : nothing;
  if (real < -9223372036854775808.0) return plan & PLAN_ABOVE ? everything : nothing;
  int64_t below = floor_integer(real);
  if ((double)below == real) return integer_range(plan, below);
  if (plan & PLAN_EQUAL) return nothing;
  PlanRange range = everything;
  if (plan & PLAN_ABOVE) {
    range.lower = below + 1;
  } else {
    range.upper = below;
  }
  return range;
}

/* One comparison of the rowid with a value, which takes the rowid's affinity. */
static int compare_range(int plan, sqlite3_value *argument, PlanRange *range) {
  Value value;
  sqlite3_value *owned;
  int rc = affinity_apply(AFFINITY_INTEGER, argument, &value, &owned);
  if (rc != SQLITE_OK) return rc;
  switch (value.type) {
  case VALUE_INTEGER:
    *range = integer_range(plan, value.integer);
    break;
  case VALUE_REAL:
    *range = real_range(plan, value.real);
    break;
  case VALUE_NULL:
    *range = nothing;
    break;
  default: /* every text and blob sorts behind every number */
    *range = plan & PLAN_BELOW ? everything : nothing;
    break;
  }
  sqlite3_value_free(owned);
  return SQLITE_OK;
}

int plan_range(int plan, sqlite3_value **arguments, PlanRange *range) {
  static const int parts[] = {PLAN_EQUAL, PLAN_ABOVE | PLAN_ABOVE_STRICT,
                              PLAN_BELOW | PLAN_BELOW_STRICT};
  int rc = SQLITE_OK;
  *range = everything;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0] && rc == SQLITE_OK; i++) {
    if (!(plan & parts[i])) continue;
    PlanRange part;
    rc = compare_range(plan & parts[i], *arguments++, &part);
    if (rc == SQLITE_OK) *range = narrow(*range, part);
  }
  range->descending = (plan & PLAN_DESCENDING) != 0;
  return rc;
}

int plan_key(Affinity affinity, sqlite3_value *argument, Value *value, sqlite3_value **owned,
             PlanKey *how) {
  int type = sqlite3_value_type(argument);
  bool number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
  *owned = NULL;
  *value = (Value){.type = VALUE_NULL};
  if (type == SQLITE_NULL) {
    *how = KEY_NOTHING;
    return SQLITE_OK;
  }
  /* Beside a numeric column the stored text is converted, beside a literal it is not. */
  *how = number && affinity < AFFINITY_NUMERIC ? KEY_UNKNOWN : KEY_EXACT;
  return *how == KEY_EXACT ? affinity_apply(affinity, argument, value, owned) : SQLITE_OK;
}
