/*
** slot_dictionary.c: see slot_dictionary.h.
*/
#include "slot_dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "base/sqlite.h"

typedef struct Entry {
  Value value;
  uint32_t number; /* in order of first occurrence */
} Entry;

/* Distinct values: entries, and an open-addressed table of entry number + 1. */
typedef struct Distinct {
  Entry *entries;
  uint32_t count;
  uint32_t limit;
  uint32_t *table;
  uint32_t mask;
  uint32_t *numbers; /* of each row's entry */
} Distinct;

/* Numbers the entry of `value`; false when it would be one too many. */
static bool enter(Distinct *distinct, const Value *value, uint32_t *number) {
  uint32_t at = (uint32_t)(key_hash(value, COLLATION_BINARY) >> 20) & distinct->mask;
  while (distinct->table[at] != 0) {
    *number = distinct->table[at] - 1;
    if (value_identical(&distinct->entries[*number].value, value)) return true;
    at = (at + 1) & distinct->mask;
  }
  if (distinct->count == distinct->limit) return false;
  *number = distinct->count++;
  distinct->entries[*number] = (Entry){.value = *value, .number = *number};
  distinct->table[at] = *number + 1;
  return true;
}

static int distinct_open(Distinct *distinct, uint32_t rows, uint32_t limit) {
  uint32_t size = 16;
  while (size < limit * 2) size *= 2;
  *distinct = (Distinct){.limit = limit, .mask = size - 1};
  distinct->entries = sqlite3_malloc64((uint64_t)limit * sizeof *distinct->entries);
  distinct->table = sqlite_zeros((uint64_t)size * sizeof *distinct->table);
  distinct->numbers = sqlite3_malloc64((uint64_t)rows * sizeof *distinct->numbers);
  bool all = distinct->entries && distinct->table && distinct->numbers;
  return all ? SQLITE_OK : SQLITE_NOMEM;
}

static void distinct_close(Distinct *distinct) {
  sqlite3_free(distinct->entries);
  sqlite3_free(distinct->table);
  sqlite3_free(distinct->numbers);
}

static bool find_distinct(Distinct *distinct, const Column *column) {
  for (uint32_t row = 0; row < column->rows; row++) {
    if (!enter(distinct, &column->values[row], &distinct->numbers[row])) return false;
  }
  return true;
}

/* Text behind all others, text by its bytes; NULL before all, the others as they came. */
static int compare_entries(const void *a, const void *b) {
  const Entry *left = a, *right = b;
  int left_text = left->value.type == VALUE_TEXT, right_text = right->value.type == VALUE_TEXT;
  if (left_text != right_text) return left_text - right_text;
  int left_null = left->value.type == VALUE_NULL, right_null = right->value.type == VALUE_NULL;
  if (left_null != right_null) return right_null - left_null;
  if (!left_text) return left->number < right->number ? -1 : 1;
  uint32_t size = left->value.size < right->value.size ? left->value.size : right->value.size;
  int order = size == 0 ? 0 : memcmp(left->value.bytes, right->value.bytes, size);
  if (order != 0) return order;
  return left->value.size < right->value.size ? -1 : left->value.size > right->value.size;
}

static int encode_others(const Distinct *distinct, uint32_t others, Draft *draft) {
  Value *values = sqlite3_malloc64((uint64_t)others * sizeof *values);
  if (values == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < others; i++) values[i] = distinct->entries[i].value;
  int rc = value_list_encode(values, NULL, others, &draft->list);
  draft->header.list_count = others;
  sqlite3_free(values);
  return rc;
}

static int encode_texts(const Distinct *distinct, uint32_t others, TextProfile profile,
                        Draft *draft) {
  Buffer bytes = {0};
  uint32_t count = distinct->count - others;
  uint32_t *start = sqlite3_malloc64(((uint64_t)count + 1) * sizeof *start);
  int rc = start == NULL ? SQLITE_NOMEM : SQLITE_OK;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    const Value *value = &distinct->entries[others + i].value;
    start[i] = (uint32_t)bytes.size;
    rc = buffer_append(&bytes, value->bytes, value->size);
  }
  if (rc == SQLITE_OK) {
    start[count] = (uint32_t)bytes.size;
    Strings strings = {.bytes = bytes.bytes, .start = start, .count = count};
    rc = text_encode(&strings, profile, NULL, &draft->codec, NULL, &draft->section);
  }
  sqlite3_free(start);
  buffer_clear(&bytes);
  return rc;
}

/* Each row's code: its entry's place after sorting. */
static int encode_codes(Distinct *distinct, uint32_t rows, Draft *draft) {
  draft->header.width = (uint8_t)bits_width(distinct->count - 1);
  if (draft->header.width == 0) return SQLITE_OK;
  int rc = draft_codes(draft, rows);
  if (rc != SQLITE_OK) return rc;
  uint32_t *place = distinct->table; /* no longer needed for look-ups, and large enough */
  for (uint32_t i = 0; i < distinct->count; i++) place[distinct->entries[i].number] = i;
  for (uint32_t row = 0; row < rows; row++) draft->codes[row] = place[distinct->numbers[row]];
  return SQLITE_OK;
}

static int encode_dictionary(Distinct *distinct, const Column *column, Draft *draft) {
  uint32_t others = 0;
  qsort(distinct->entries, distinct->count, sizeof distinct->entries[0], compare_entries);
  while (others < distinct->count && distinct->entries[others].value.type != VALUE_TEXT) others++;
  draft->header.encoding = SLOT_DICTIONARY;
  draft->header.distinct = distinct->count;
  int rc = encode_codes(distinct, column->rows, draft);
  if (rc == SQLITE_OK && others > 0) rc = encode_others(distinct, others, draft);
  TextCodec *codec = draft->codec;
  if (rc == SQLITE_OK && others < distinct->count) {
    rc = encode_texts(distinct, others, column->profile, draft);
  }
  if (draft->codec != codec) draft->codec_memory = text_codec_memory(draft->codec);
  return rc;
}

int slot_dictionary_draft(const Column *column, uint32_t limit, Draft *draft, bool *fits) {
  Distinct distinct;
  *fits = false;
  int rc = distinct_open(&distinct, column->rows, limit);
  if (rc == SQLITE_OK && find_distinct(&distinct, column)) {
    *fits = true;
    rc = encode_dictionary(&distinct, column, draft);
  }
  distinct_close(&distinct);
  return rc;
}

int slot_dictionary_read(const Slot *slot, uint64_t code, Buffer *scratch, Value *value) {
  if (code < slot->list.count) {
    *value = value_list_get(&slot->list, (uint32_t)code);
    return SQLITE_OK;
  }
  uint64_t entry = code - slot->list.count;
  if (entry >= slot->text.count) return SQLITE_CORRUPT;
  int rc = text_read(&slot->text, (uint32_t)entry, NULL, scratch);
  if (rc != SQLITE_OK) return rc;
  *value = (Value){.type = VALUE_TEXT,
                   .bytes = scratch->bytes,
                   .size = (uint32_t)scratch->size,
                   .c_text = !slot->text.has_nul};
  return SQLITE_OK;
}
