/*
** keys.c: see keys.h.
*/
#include "keys.h"

#include <string.h>

#include "base/host.h"
#include "base/sqlite.h"
#include "numerals.h"

#define NUMBERS_MOST 4 /* of a key, whose columns have no numeric type */
#define DIGITS_MOST 24 /* bytes of an integer's text */
#define PLAIN_COLUMNS 64

/* How a key that is compared with the columns of an index can be looked up. */
typedef enum KeyUse {
  KEY_EXACT,
  KEY_NUMBER,  /* texts may be numbers of it, too */
  KEY_NOTHING, /* no row is equal: a NULL */
  KEY_UNKNOWN  /* read all rows, and let core compare */
} KeyUse;

/* A number of a key whose column has no numeric type. */
typedef struct KeyNumber {
  uint32_t at;  /* of which value of the key */
  bool spelled; /* an integer, which the column may have as this text, beside the value */
  Value text;
  char digits[DIGITS_MOST];
} KeyNumber;

typedef struct KeyNumbers {
  uint32_t count;
  KeyNumber items[NUMBERS_MOST];
} KeyNumbers;

static const IndexDef *def_of(const KeyLookup *lookup) {
  return &lookup->schema->indexes[lookup->index];
}

static Affinity affinity_of(const KeyLookup *lookup, uint32_t at) {
  return lookup->schema->columns[def_of(lookup)->columns[at]].affinity;
}

/* ---- reading -------------------------------------------------------------------------- */

static bool is_number(sqlite3_value *argument) {
  int type = sqlite3_value_type(argument);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

static void spell(KeyNumber *number, int64_t integer) {
  sqlite3_snprintf(DIGITS_MOST, number->digits, "%lld", (long long)integer);
  number->text = (Value){.type = VALUE_TEXT,
                         .bytes = (const unsigned char *)number->digits,
                         .size = (uint32_t)strlen(number->digits)};
  number->spelled = true;
}

/*
** A number for a column of no numeric type: beside a literal it is compared as it is, or, of type
** TEXT, as its text; beside a numeric column with texts as their numbers.
*/
static int read_number(Keys *keys, Affinity affinity, sqlite3_value *argument, uint32_t at,
                       KeyNumber *number) {
  Value *value = &keys->values[at];
  number->at = at;
  number->spelled = false;
  int rc = affinity_apply(AFFINITY_NUMERIC, argument, value, &keys->owned[at]);
  if (rc != SQLITE_OK) return rc;
  IntegerInterval same = interval_of_integers(COMPARE_EQUAL, value);
  if (same.lower <= same.upper) spell(number, same.lower);
  if (affinity != AFFINITY_TEXT) return SQLITE_OK;
  if (sqlite3_value_type(argument) == SQLITE_INTEGER) number->spelled = false; /* it is the value */
  return affinity_apply(AFFINITY_TEXT, argument, value, &keys->owned[at]);
}

static int reserve(Keys *keys, uint32_t columns) {
  if (columns <= keys->room) return SQLITE_OK;
  Value *values = sqlite3_realloc64(keys->values, (uint64_t)columns *
                                                      (sizeof *keys->values + sizeof *keys->owned));
  if (values == NULL) return SQLITE_NOMEM;
  keys->values = values;
  keys->owned = (sqlite3_value **)(void *)(values + columns);
  keys->room = columns;
  return SQLITE_OK;
}

/* Reads value number `at` of a key, as its column is compared with it. */
static int read_value(Keys *keys, const KeyLookup *lookup, sqlite3_value *argument, uint32_t at,
                      KeyNumbers *numbers, KeyUse *use) {
  Affinity affinity = affinity_of(lookup, at);
  keys->owned[at] = NULL;
  if (sqlite3_value_type(argument) == SQLITE_NULL) {
    *use = KEY_NOTHING;
    return SQLITE_OK;
  }
  if (affinity < AFFINITY_NUMERIC && is_number(argument)) {
    *use = numbers->count < NUMBERS_MOST ? KEY_NUMBER : KEY_UNKNOWN;
    return *use == KEY_UNKNOWN
               ? SQLITE_OK
               : read_number(keys, affinity, argument, at, &numbers->items[numbers->count++]);
  }
  if (affinity > AFFINITY_NUMERIC) affinity = AFFINITY_NUMERIC; /* REAL would round integers */
  return affinity_apply(affinity, argument, &keys->values[at], &keys->owned[at]);
}

/* Reads a key; *read values of it may own memory, to be freed in any case. */
static int read_key(Keys *keys, const KeyLookup *lookup, sqlite3_value **arguments,
                    KeyNumbers *numbers, KeyUse *use, uint32_t *read) {
  uint32_t columns = def_of(lookup)->count;
  int rc = reserve(keys, columns);
  numbers->count = *read = 0;
  *use = KEY_EXACT;
  while (*read < columns && rc == SQLITE_OK && *use < KEY_NOTHING) {
    rc = read_value(keys, lookup, arguments[*read], *read, numbers, use);
    ++*read;
  }
  return rc;
}

static void free_owned(Keys *keys, uint32_t read) {
  for (uint32_t i = 0; i < read; i++) sqlite3_value_free(keys->owned[i]);
}

/* Keeps the key that was read, as rows are compared with it only when they are reached. */
static int keep_key(Keys *keys, uint32_t columns) {
  size_t at = 0;
  int rc = SQLITE_OK;
  keys->bytes.size = 0;
  for (uint32_t i = 0; i < columns && rc == SQLITE_OK; i++) {
    const Value *value = &keys->values[i];
    if (value_has_bytes(value)) rc = buffer_append(&keys->bytes, value->bytes, value->size);
  }
  for (uint32_t i = 0; i < columns && rc == SQLITE_OK; i++) {
    Value *value = &keys->values[i];
    if (!value_has_bytes(value)) continue;
    value->bytes = value->size == 0 ? NULL : keys->bytes.bytes + at;
    at += value->size;
  }
  return rc;
}

/* ---- numbers -------------------------------------------------------------------------- */

/* How texts of a column that are numbers are spelled. */
static int find_numerals(Keys *keys, Scan *scan, uint32_t column, Numerals *numerals) {
  uint64_t bit = column < PLAIN_COLUMNS ? (uint64_t)1 << column : 0;
  scan_catch_up(scan);
  if (keys->version != scan->table->version) keys->plain = keys->none = 0;
  keys->version = scan->table->version;
  *numerals = keys->none & bit ? NUMERALS_NONE : NUMERALS_PLAIN;
  if (keys->plain & bit) return SQLITE_OK;
  reader_begin_range(&scan->reader, false, INT64_MAX, 0); /* all rows */
  int rc = numerals_find(scan->table, column, &scan->reader, numerals);
  reader_begin(&scan->reader, false);
  if (rc == SQLITE_OK && *numerals != NUMERALS_OTHER) keys->plain |= bit;
  if (rc == SQLITE_OK && *numerals == NUMERALS_NONE) keys->none |= bit;
  return rc;
}

/* Decides in which ways the numbers are looked up. */
static int settle_numbers(Keys *keys, const KeyLookup *lookup, KeyNumbers *numbers, KeyUse *use) {
  int rc = SQLITE_OK;
  *use = KEY_EXACT;
  for (uint32_t i = 0; i < numbers->count && rc == SQLITE_OK && *use != KEY_UNKNOWN; i++) {
    KeyNumber *number = &numbers->items[i];
    Numerals numerals;
    rc = find_numerals(keys, lookup->scan, def_of(lookup)->columns[number->at], &numerals);
    if (numerals == NUMERALS_NONE) number->spelled = false;
    if (number->spelled) *use = KEY_NUMBER;
    if (numerals == NUMERALS_OTHER) *use = KEY_UNKNOWN;
  }
  return rc;
}

static void swap_spelling(Keys *keys, KeyNumber *number) {
  Value value = keys->values[number->at];
  keys->values[number->at] = number->text;
  number->text = value;
}

/*
** Adds the rows of the key to the scan's list, with each spelling of its numbers from the i-th one
** on.
*/
static int list_spellings(Keys *keys, const KeyLookup *lookup, KeyNumbers *numbers, uint32_t i) {
  if (i == numbers->count) return scan_lookup(lookup->scan, lookup->index, keys->values);
  int rc = list_spellings(keys, lookup, numbers, i + 1);
  if (rc != SQLITE_OK || !numbers->items[i].spelled) return rc;
  swap_spelling(keys, &numbers->items[i]);
  rc = list_spellings(keys, lookup, numbers, i + 1);
  swap_spelling(keys, &numbers->items[i]);
  return rc;
}

static void leave_between(RowidList *list, IntegerInterval rowids) {
  size_t left = 0;
  for (size_t i = 0; i < list->count; i++) {
    int64_t rowid = list->items[i].rowid;
    if (rowid >= rowids.lower && rowid <= rowids.upper) list->items[left++] = list->items[i];
  }
  list->count = left;
}

static int start_numbers(Keys *keys, const KeyLookup *lookup, KeyNumbers *numbers,
                         IntegerInterval rowids, bool descending) {
  RowidList *list = &lookup->scan->list;
  list->count = 0;
  int rc = list_spellings(keys, lookup, numbers, 0);
  if (rc != SQLITE_OK) return rc;
  leave_between(list, rowids);
  rowid_list_sort(list);
  return scan_start_listed(lookup->scan, NULL, descending);
}

/* ---- one key -------------------------------------------------------------------------- */

static int start_exact(Keys *keys, const KeyLookup *lookup, IntegerInterval rowids,
                       bool descending) {
  Scan *scan = lookup->scan;
  int rc =
      scan_start_key(scan, lookup->index, keys->values, rowids.lower, rowids.upper, descending);
  bool more = rc == SQLITE_OK && scan_may_go_on(scan);
  return more ? keep_key(keys, def_of(lookup)->count) : rc;
}

int keys_start(Keys *keys, const KeyLookup *lookup, sqlite3_value **arguments,
               IntegerInterval rowids, bool descending) {
  KeyNumbers numbers;
  KeyUse use;
  uint32_t read;
  int rc = read_key(keys, lookup, arguments, &numbers, &use, &read);
  if (rc == SQLITE_OK && use == KEY_NUMBER) rc = settle_numbers(keys, lookup, &numbers, &use);
  if (rc == SQLITE_OK && use == KEY_EXACT) {
    rc = start_exact(keys, lookup, rowids, descending);
  } else if (rc == SQLITE_OK && use == KEY_NUMBER) {
    rc = start_numbers(keys, lookup, &numbers, rowids, descending);
  } else if (rc == SQLITE_OK) {
    if (use == KEY_NOTHING) rowids = (IntegerInterval){.lower = 1, .upper = 0};
    rc = scan_start(lookup->scan, rowids.lower, rowids.upper, descending, 0);
  }
  free_owned(keys, read);
  return rc;
}

/* ---- a list --------------------------------------------------------------------------- */

/* Adds the rows of one key to the scan's list, unless all rows are to be read. */
static int list_key(Keys *keys, const KeyLookup *lookup, sqlite3_value *item, KeyUse *use) {
  KeyNumbers numbers;
  uint32_t read;
  int rc = read_key(keys, lookup, &item, &numbers, use, &read);
  if (rc == SQLITE_OK && *use == KEY_NUMBER) rc = settle_numbers(keys, lookup, &numbers, use);
  if (rc == SQLITE_OK && *use < KEY_NOTHING) rc = list_spellings(keys, lookup, &numbers, 0);
  free_owned(keys, read);
  return rc;
}

/* Rows of a list of numbers may change while it is read, and core does not test them again. */
static int start_listed(Keys *keys, const KeyLookup *lookup, sqlite3_value *list, bool descending) {
  const IndexDef *def = def_of(lookup);
  Affinity affinity = affinity_of(lookup, 0);
  if (affinity < AFFINITY_NUMERIC) return scan_start_listed(lookup->scan, NULL, descending);
  keys->in.op = PREDICATE_IN;
  keys->in.column = def->columns[0];
  keys->in.affinity = affinity;
  keys->in.collation = def->collations[0];
  int rc = predicate_bind(&keys->in, list, 0);
  return rc == SQLITE_OK ? scan_start_listed(lookup->scan, &keys->in, descending) : rc;
}

int keys_start_list(Keys *keys, const KeyLookup *lookup, sqlite3_value *list, bool descending) {
  KeyUse use = KEY_EXACT;
  sqlite3_value *item;
  int rc = host_in_first(list, &item);
  lookup->scan->list.count = 0;
  while (rc == SQLITE_OK && item != NULL && use != KEY_UNKNOWN) {
    rc = list_key(keys, lookup, item, &use);
    if (rc == SQLITE_OK) rc = host_in_next(list, &item);
  }
  if (rc != SQLITE_OK && rc != SQLITE_DONE) return rc;
  if (use == KEY_UNKNOWN) return scan_start(lookup->scan, INT64_MIN, INT64_MAX, descending, 0);
  rowid_list_sort(&lookup->scan->list);
  return start_listed(keys, lookup, list, descending);
}

/* ---- ending --------------------------------------------------------------------------- */

void keys_park(Keys *keys) {
  if (keys->in.values != NULL) predicate_clear(&keys->in);
}

void keys_close(Keys *keys) {
  sqlite3_free(keys->values);
  buffer_clear(&keys->bytes);
  predicate_clear(&keys->in);
}
