/*
** sort_run.c: see sort_run.h.
*/
#include "sort_run.h"

#include "base/ascii.h"
#include "base/bits.h"
#include "base/sqlite.h"

#define ROWS_LEAST 64 /* there is room for */
#define FEW 16
#define DIGIT_BYTES 7 /* of a text, in a digit */
#define TOP ((uint64_t)1 << 63)

void sort_run_open(SortRun *run, const SortOrder *order) { *run = (SortRun){.order = order}; }

void sort_run_close(SortRun *run) {
  sqlite3_free(run->rows);
  sqlite3_free(run->values);
  sqlite3_free(run->items);
  buffer_clear(&run->bytes);
  *run = (SortRun){.order = run->order};
}

void sort_run_clear(SortRun *run) {
  run->count = 0;
  run->bytes.size = 0;
  memset(run->ranks, 0, sizeof run->ranks);
  memset(run->reals, 0, sizeof run->reals);
}

/* ---- adding ----------------------------------------------------------------------------- */

static int reserve(SortRun *run) {
  if (run->count < run->capacity) return SQLITE_OK;
  uint32_t capacity = run->capacity == 0 ? ROWS_LEAST : run->capacity * 2;
  SortRow *rows = sqlite3_realloc64(run->rows, (uint64_t)capacity * sizeof *rows);
  if (rows == NULL) return SQLITE_NOMEM;
  run->rows = rows;
  uint64_t values_size = (uint64_t)capacity * run->order->count * sizeof *run->values;
  SortValue *values = sqlite3_realloc64(run->values, values_size);
  if (values == NULL) return SQLITE_NOMEM;
  run->values = values;
  run->capacity = capacity;
  return SQLITE_OK;
}

int sort_run_add(SortRun *run, SortRow row) {
  int rc = reserve(run);
  if (rc == SQLITE_OK) run->rows[run->count++] = row;
  return rc;
}

static SortValue *values_of(const SortRun *run, uint32_t at) {
  return run->values + (size_t)at * run->order->count;
}

/* Folds the bytes from `from` on; behind a zero byte core compares the text's length only. */
static int fold(Buffer *bytes, size_t from, uint32_t length) {
  unsigned char big[4] = {(unsigned char)(length >> 24), (unsigned char)(length >> 16),
                          (unsigned char)(length >> 8), (unsigned char)length};
  for (size_t i = from; i < bytes->size; i++) {
    bytes->bytes[i] = ascii_lower(bytes->bytes[i]);
    if (bytes->bytes[i] != 0) continue;
    bytes->size = i + 1;
    return buffer_append(bytes, big, sizeof big);
  }
  return SQLITE_OK;
}

static int keep_bytes(SortRun *run, Collation collation, const Value *value, SortValue *kept) {
  uint32_t size = value->size;
  bool text = value->type == VALUE_TEXT;
  kept->offset = run->bytes.size;
  if (text && collation == COLLATION_RTRIM) {
    while (size > 0 && value->bytes[size - 1] == ' ') size--;
  }
  int rc = buffer_append(&run->bytes, value->bytes, size);
  if (rc == SQLITE_OK && text && collation == COLLATION_NOCASE) {
    rc = fold(&run->bytes, kept->offset, size);
  }
  kept->size = (uint32_t)(run->bytes.size - kept->offset);
  return rc == SQLITE_OK ? buffer_append_zeros(&run->bytes, 1) : rc;
}

/* NULL, numbers, texts, blobs: in this order they sort. */
static unsigned rank_of(uint8_t type) {
  static const uint8_t ranks[VALUE_TYPES] = {
      [VALUE_NULL] = 0, [VALUE_INTEGER] = 1, [VALUE_REAL] = 1, [VALUE_TEXT] = 2, [VALUE_BLOB] = 3};
  return ranks[type];
}

static void note_type(SortRun *run, uint32_t term, uint8_t type) {
  run->ranks[term] |= (uint8_t)(1 << rank_of(type));
  if (type == VALUE_REAL) run->reals[term] = true;
}

int sort_run_set(SortRun *run, uint32_t term, const Value *value) {
  SortValue *kept = values_of(run, run->count - 1) + term;
  *kept = (SortValue){.type = value->type};
  note_type(run, term, value->type);
  if (value_has_bytes(value)) {
    return keep_bytes(run, run->order->terms[term].collation, value, kept);
  }
  if (value->type == VALUE_REAL) {
    kept->real = value->real;
  } else {
    kept->integer = value->integer;
  }
  return SQLITE_OK;
}

static bool has_bytes(const SortValue *value) { return rank_of(value->type) >= 2; }

void sort_run_drop(SortRun *run) {
  const SortValue *values = values_of(run, --run->count);
  for (uint32_t i = run->order->count; i-- > 0;) {
    if (has_bytes(&values[i])) run->bytes.size = values[i].offset;
  }
}

static const unsigned char *bytes_of(const SortRun *run, const SortValue *value) {
  return value->size == 0 ? NULL : run->bytes.bytes + value->offset;
}

int sort_run_copy(SortRun *run, const SortRun *from, uint32_t at) {
  int rc = sort_run_add(run, from->rows[at]);
  for (uint32_t i = 0; i < run->order->count && rc == SQLITE_OK; i++) {
    const SortValue *value = values_of(from, at) + i;
    SortValue *kept = values_of(run, run->count - 1) + i;
    *kept = *value;
    note_type(run, i, value->type);
    if (!has_bytes(value)) continue;
    kept->offset = run->bytes.size;
    rc = buffer_append(&run->bytes, bytes_of(from, value), value->size);
    if (rc == SQLITE_OK) rc = buffer_append_zeros(&run->bytes, 1);
  }
  return rc;
}

/* ---- comparing -------------------------------------------------------------------------- */

/* As core compares; the bytes are kept so that no collation is left to ask. */
static Value value_of(const SortRun *run, const SortValue *kept) {
  Value value = {.type = kept->type};
  if (has_bytes(kept)) {
    value.bytes = bytes_of(run, kept);
    value.size = kept->size;
  } else if (kept->type == VALUE_REAL) {
    value.real = kept->real;
  } else {
    value.integer = kept->integer;
  }
  return value;
}

static int compare_from(const SortRun *run, uint32_t at, const SortRun *other, uint32_t other_at,
                        uint32_t term) {
  int order = 0;
  for (uint32_t i = term; i < run->order->count && order == 0; i++) {
    Value a = value_of(run, values_of(run, at) + i);
    Value b = value_of(other, values_of(other, other_at) + i);
    order = key_compare(&a, &b, COLLATION_BINARY);
    if (run->order->terms[i].descending) order = -order;
  }
  return order;
}

int sort_run_compare(const SortRun *run, uint32_t at, const SortRun *other, uint32_t other_at) {
  return compare_from(run, at, other, other_at, 0);
}

bool sort_run_value(const SortRun *run, uint32_t at, uint32_t term, Value *value) {
  *value = value_of(run, values_of(run, at) + term);
  return value->type != VALUE_TEXT || run->order->terms[term].collation == COLLATION_BINARY;
}

/* ---- digits ----------------------------------------------------------------------------- */

/* Which digit: of the term, 0 being the rank. */
typedef struct Digit {
  uint32_t term;
  uint32_t level;
} Digit;

static double as_real(const SortValue *value) {
  /* Adding 0 makes -0 the 0 that it equals. */
  return value->type == VALUE_REAL ? value->real + 0.0 : (double)value->integer;
}

/* Ascends with the real; NaN has some place. */
static uint64_t real_digit(double real) {
  uint64_t bits;
  memcpy(&bits, &real, sizeof bits);
  return bits & TOP ? ~bits : bits | TOP;
}

/* By how much an integer is above the real that it was rounded to. */
static uint64_t rest_digit(const SortValue *value) {
  if (value->type == VALUE_REAL) return TOP;
  double real = (double)value->integer;
  uint64_t rounded = real >= 9223372036854775808.0 ? TOP : (uint64_t)(int64_t)real;
  return ((uint64_t)value->integer - rounded) ^ TOP;
}

/*
** Seven bytes, zeros behind the end, and how many bytes are left from the first on; 8 for more than
** 7.
*/
static uint64_t bytes_digit(const unsigned char *bytes, uint32_t size, uint32_t level) {
  uint64_t offset = (uint64_t)(level - 1) * DIGIT_BYTES, digit = 0;
  uint32_t left = offset < size ? size - (uint32_t)offset : 0;
  if (left > DIGIT_BYTES) return (load_big_u64(bytes + offset) & ~(uint64_t)0xff) | 8;
  for (uint32_t i = 0; i < left; i++) digit |= (uint64_t)bytes[offset + i] << (56 - 8 * i);
  return digit | left;
}

static uint64_t digit_of(const SortRun *run, Digit digit, const SortValue *value) {
  if (digit.level == 0) return rank_of(value->type);
  switch (value->type) {
  case VALUE_NULL:
    return 0;
  case VALUE_TEXT:
  case VALUE_BLOB:
    return bytes_digit(bytes_of(run, value), value->size, digit.level);
  default:
    if (!run->reals[digit.term]) return (uint64_t)value->integer ^ TOP;
    return digit.level == 1 ? real_digit(as_real(value)) : rest_digit(value);
  }
}

/* Moves *digit behind one that items like this value have in common; false: there is none. */
static bool next_digit(const SortRun *run, Digit *digit, const SortValue *value) {
  bool more = false;
  if (has_bytes(value)) {
    more = (uint64_t)digit->level * DIGIT_BYTES < value->size;
  } else if (value->type != VALUE_NULL) {
    more = digit->level < (run->reals[digit->term] ? 2 : 1);
  }
  if (more || (digit->level == 0 && value->type != VALUE_NULL)) {
    digit->level++;
    return true;
  }
  digit->level = 0;
  return ++digit->term < run->order->count;
}

static bool has_one_rank(const SortRun *run, uint32_t term) {
  unsigned ranks = run->ranks[term];
  return (ranks & (ranks - 1)) == 0;
}

/* Gives items their digits, and returns the bits in which they differ. */
static uint64_t take_digits(const SortRun *run, SortItem *items, uint32_t count, Digit digit) {
  uint64_t flip = run->order->terms[digit.term].descending ? UINT64_MAX : 0, differ = 0;
  for (uint32_t i = 0; i < count; i++) {
    const SortValue *value = values_of(run, items[i].at) + digit.term;
    items[i].key = digit_of(run, digit, value) ^ flip;
    differ |= items[i].key ^ items[0].key;
  }
  return differ;
}

/* ---- sorting ---------------------------------------------------------------------------- */

static bool comes_before(const SortRun *run, const SortItem *a, const SortItem *b, uint32_t term) {
  if (a->key != b->key) return a->key < b->key;
  return compare_from(run, a->at, run, b->at, term) <= 0;
}

/* Sorts items that have their digits: those, and then all from the term on, are compared. */
static void sort_few(const SortRun *run, SortItem *items, uint32_t count, uint32_t term) {
  for (uint32_t i = 1; i < count; i++) {
    SortItem item = items[i];
    uint32_t at = i;
    for (; at > 0 && !comes_before(run, &items[at - 1], &item, term); at--) {
      items[at] = items[at - 1];
    }
    items[at] = item;
  }
}

/* Sorts by the bytes in which the keys differ, `scratch` having as much room. */
static void sort_by_digit(SortItem *items, SortItem *scratch, uint32_t count, uint64_t differ) {
  SortItem *from = items, *into = scratch;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    if ((differ >> shift & 0xff) == 0) continue;
    uint32_t starts[257] = {0};
    for (uint32_t i = 0; i < count; i++) starts[(from[i].key >> shift & 0xff) + 1]++;
    for (unsigned k = 1; k < 256; k++) starts[k] += starts[k - 1];
    for (uint32_t i = 0; i < count; i++) into[starts[from[i].key >> shift & 0xff]++] = from[i];
    SortItem *next = from;
    from = into;
    into = next;
  }
  if (from != items) memcpy(items, from, count * sizeof *items);
}

static uint32_t group_end(const SortItem *items, uint32_t count, uint32_t first) {
  uint32_t end = first + 1;
  while (end < count && items[end].key == items[first].key) end++;
  return end;
}

static void sort_from(const SortRun *run, uint32_t first, uint32_t count, Digit digit);

/* Sorts the groups of items that have their digit in common, but for the largest one: *first. */
static void sort_groups(const SortRun *run, uint32_t *first, uint32_t *count, Digit digit) {
  const SortItem *items = run->items + *first;
  uint32_t largest = 0, most = 0, total = *count;
  for (uint32_t at = 0, end; at < total; at = end) {
    end = group_end(items, total, at);
    uint32_t start = at, size = end - at;
    if (size > most) { /* this one is left, and the largest so far is not */
      start = largest;
      largest = at;
      uint32_t smaller = most;
      most = size;
      size = smaller;
    }
    Digit next = digit;
    if (size < 2 || !next_digit(run, &next, values_of(run, items[start].at) + digit.term)) continue;
    sort_from(run, *first + start, size, next);
  }
  *first += largest;
  *count = most;
}

/*
** Sorts items that are alike up to `digit`. It calls itself for groups of at most half of them,
** so never more than 16 deep.
*/
static void sort_from(const SortRun *run, uint32_t first, uint32_t count, Digit digit) {
  bool more = true;
  while (more && count > 1) {
    SortItem *items = run->items + first;
    bool alike = digit.level == 0 && has_one_rank(run, digit.term);
    uint64_t differ = alike ? 0 : take_digits(run, items, count, digit);
    if (count <= FEW && !alike) {
      sort_few(run, items, count, digit.term);
      break;
    }
    if (differ != 0) {
      sort_by_digit(items, run->scratch, count, differ);
      sort_groups(run, &first, &count, digit);
    }
    const SortValue *value = values_of(run, run->items[first].at) + digit.term;
    more = next_digit(run, &digit, value);
  }
}

static int reserve_items(SortRun *run) {
  if (run->count <= run->room) return SQLITE_OK;
  sqlite3_free(run->items);
  run->room = 0;
  run->items = sqlite3_malloc64((uint64_t)run->capacity * 2 * sizeof *run->items);
  if (run->items == NULL) return SQLITE_NOMEM;
  run->room = run->capacity;
  run->scratch = run->items + run->room;
  return SQLITE_OK;
}

int sort_run_sort(SortRun *run) {
  int rc = reserve_items(run);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t i = 0; i < run->count; i++) run->items[i] = (SortItem){.at = i};
  sort_from(run, 0, run->count, (Digit){0});
  return SQLITE_OK;
}

int sort_run_cut(SortRun *run, uint32_t count) {
  SortRun kept;
  int rc = SQLITE_OK;
  sort_run_open(&kept, run->order);
  for (uint32_t i = 0; i < count && i < run->count && rc == SQLITE_OK; i++) {
    rc = sort_run_copy(&kept, run, run->items[i].at);
  }
  if (rc != SQLITE_OK) {
    sort_run_close(&kept);
    return rc;
  }
  sort_run_close(run);
  *run = kept;
  return SQLITE_OK;
}

uint64_t sort_run_memory(const SortRun *run) {
  uint64_t row = sizeof *run->rows + run->order->count * sizeof *run->values;
  return run->capacity * row + run->bytes.capacity;
}
