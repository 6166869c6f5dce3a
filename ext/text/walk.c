/*
** walk.c: see walk.h.
*/
#include "walk.h"

#include <string.h>

#include "base/sqlite.h"
#include "coded.h"
#include "decode.h"

/* --- items ------------------------------------------------------------------ */

/* Adds a symbol to what is known of an item. */
static int add_symbol(WalkItems *items, WalkItem *item, uint32_t symbol) {
  if (symbol == SYMBOL_END) item->ends = true;
  if (symbol < 256) item->size++;
  if (symbol < SYMBOL_FIELD) return SQLITE_OK;
  uint8_t number = (uint8_t)(symbol - SYMBOL_FIELD);
  item->size = (uint16_t)(item->size + items->set->field[number].width);
  item->field_count++;
  return buffer_append(&items->fields, &number, 1);
}

/* The item of a token, which is spelled as the dictionary says. */
static int find_item(WalkItems *items, const Dictionary *d, uint32_t token, WalkItem *item) {
  *item = (WalkItem){.fields = (uint32_t)items->fields.size};
  if (token == SYMBOL_SAME) item->same = item->ends = true;
  if (token == SYMBOL_ESCAPE) item->size = 1, item->payload = 8;
  int rc = SQLITE_OK;
  for (uint32_t i = d->spelled.start[token]; rc == SQLITE_OK && i < d->spelled.start[token + 1];
       i++) {
    rc = add_symbol(items, item, d->spelled.symbols[i]);
  }
  return rc;
}

int walk_items_find(WalkItems *items, const TextCodec *codec, const Dictionary *dictionary,
                    const uint16_t *item) {
  *items = (WalkItems){.codec = codec, .set = &dictionary->fields};
  items->items = sqlite_zeros(codec->tokens * sizeof *items->items);
  if (items->items == NULL) return SQLITE_NOMEM;
  int rc = SQLITE_OK;
  for (uint32_t token = 0; rc == SQLITE_OK && token < dictionary->spelled.count; token++) {
    if (item[token] != NO_ITEM) {
      rc = find_item(items, dictionary, token, &items->items[item[token]]);
    }
  }
  return rc;
}

void walk_items_clear(WalkItems *items) {
  sqlite3_free(items->items);
  buffer_clear(&items->fields);
  *items = (WalkItems){0};
}

/* --- fields ------------------------------------------------------------------- */

static uint64_t take_payload(Walk *walk, uint32_t bits) {
  uint64_t at = stream_at(&walk->reader, walk->code);
  walk->reader = stream_open(walk->code, at + bits);
  return stream_get(walk->code, at, bits);
}

/* Whether the lexer would write a value of that field as it is written, there. */
static bool is_lexed_so(const FieldSet *set, uint32_t number, uint64_t value, uint64_t payload,
                        const uint64_t *registers) {
  uint64_t other;
  uint32_t target = set->field[number].target;
  for (uint32_t f = set->first[target]; f < number; f++) {
    if (field_payload(&set->field[f], registers, value, &other)) return false;
  }
  return field_payload(&set->field[number], registers, value, &other) && other == payload;
}

/* Follows the fields of an item, here and where the string is to go. */
static int walk_fields(Walk *walk, const WalkItem *item, uint64_t *registers, WalkString *string,
                       bool *carries) {
  const FieldSet *set = walk->items->set;
  const unsigned char *number = walk->items->fields.bytes + item->fields;
  for (uint32_t n = item->field_count; n != 0; n--, number++) {
    const Field *field = &set->field[*number];
    if (walk->reader.next > walk->limit) return SQLITE_CORRUPT;
    uint64_t payload = take_payload(walk, field->bits);
    if (field->target == 0) continue; /* no register: the same anywhere */
    string->registers = true;
    uint64_t value = field_start(field, walk->registers) + payload;
    *carries = *carries && is_lexed_so(set, *number, value, payload, registers);
    walk->registers[field->target] = registers[field->target] = value;
  }
  return SQLITE_OK;
}

/* --- strings ------------------------------------------------------------------- */

void walk_begin(Walk *walk, const WalkItems *items, const TextView *view) {
  *walk = (Walk){.items = items, .view = view};
  walk->code = view->section + view->layout[CODED_CODE];
  walk->limit = walk->code + view->layout[CODED_CODE_SIZE] + 8;
  walk->reader = stream_open(walk->code, 0);
}

static bool begins_block(const Walk *walk, uint32_t row) {
  return (row & ((1u << walk->view->layout[CODED_SHIFT]) - 1)) == 0;
}

/* Goes to the block of a string that lies in a later one than what comes next. */
static int skip_blocks(Walk *walk, uint32_t row) {
  uint32_t shift = walk->view->layout[CODED_SHIFT];
  if (row >> shift == walk->row >> shift) return SQLITE_OK;
  uint64_t at = offsets_block_at(walk->view, row >> shift);
  if (at > (uint64_t)walk->view->layout[CODED_CODE_SIZE] * 8) return SQLITE_CORRUPT;
  walk->reader = stream_open(walk->code, at);
  walk->row = row >> shift << shift;
  return SQLITE_OK;
}

/* Walks over the items of the string that comes next. */
static int walk_items(Walk *walk, uint64_t *registers, WalkString *string, bool *carries) {
  uint32_t context = 0;
  const WalkItem *item;
  do {
    if (walk->reader.next > walk->limit) return SQLITE_CORRUPT;
    stream_fill(&walk->reader);
    item = &walk->items->items[decode_next(walk->items->codec, &walk->reader, &context)];
    string->same = string->same || item->same;
    string->size += item->size;
    stream_take(&walk->reader, item->payload);
    if (item->field_count == 0) continue;
    int rc = walk_fields(walk, item, registers, string, carries);
    if (rc != SQLITE_OK) return rc;
  } while (!item->ends);
  return SQLITE_OK;
}

static int walk_string(Walk *walk, uint64_t *registers, WalkString *string, bool *carries) {
  if (begins_block(walk, walk->row)) {
    walk->has_last = false;
    memset(walk->registers, 0, sizeof walk->registers);
  }
  uint64_t at = stream_at(&walk->reader, walk->code);
  *string = (WalkString){.stream = walk->code, .at = at};
  int rc = walk_items(walk, registers, string, carries);
  if (rc != SQLITE_OK) return rc;
  string->bits = stream_at(&walk->reader, walk->code) - at;
  walk->row++;
  if (string->same) {
    if (!walk->has_last || string->size != 0) return SQLITE_CORRUPT;
    *string = walk->last;
    string->same = true;
    *carries = *carries && !string->registers;
  }
  walk->last = *string;
  walk->has_last = true;
  return SQLITE_OK;
}

int walk_to(Walk *walk, uint32_t row, const uint64_t *registers, uint64_t *after,
            WalkString *string, bool *carries) {
  int rc = skip_blocks(walk, row);
  *carries = false; /* nothing of what is passed over does */
  while (rc == SQLITE_OK && walk->row < row) rc = walk_string(walk, after, string, carries);
  if (rc != SQLITE_OK) return rc;
  memcpy(after, registers, sizeof walk->registers);
  *carries = true;
  return walk_string(walk, after, string, carries);
}
