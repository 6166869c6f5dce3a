/*
** draft.c: see draft.h.
*/
#include "draft.h"

#include "base/sqlite.h"

int draft_codes(Draft *draft, uint32_t rows) {
  draft->codes = sqlite_zeros((uint64_t)rows * sizeof draft->codes[0]);
  return draft->codes == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

int draft_flag(Draft *draft, uint32_t rows, uint32_t row) {
  if (draft->flags == NULL) {
    draft->flags = sqlite_zeros((rows + 7) / 8);
    if (draft->flags == NULL) return SQLITE_NOMEM;
    draft->header.flagged = 1;
  }
  draft->flags[row / 8] = (unsigned char)(draft->flags[row / 8] | 1u << row % 8);
  return SQLITE_OK;
}

bool draft_is_flagged(const Draft *draft, uint32_t row) {
  return draft->flags != NULL && (draft->flags[row / 8] >> row % 8 & 1) != 0;
}

static uint32_t count_exceptions(const Draft *draft, const Column *column) {
  uint32_t count = 0;
  for (uint32_t row = 0; row < column->rows; row++) {
    if (column->values[row].type != VALUE_NULL && draft_is_flagged(draft, row)) count++;
  }
  return count;
}

int draft_exceptions(Draft *draft, const Column *column) {
  uint32_t count = draft->flags == NULL ? 0 : count_exceptions(draft, column);
  if (count == 0) return SQLITE_OK;
  Value *values = sqlite3_malloc64(count * (sizeof(Value) + sizeof(uint32_t)));
  if (values == NULL) return SQLITE_NOMEM;
  uint32_t *keys = (uint32_t *)(values + count);
  uint32_t at = 0;
  for (uint32_t row = 0; row < column->rows; row++) {
    if (column->values[row].type == VALUE_NULL || !draft_is_flagged(draft, row)) continue;
    values[at] = column->values[row];
    keys[at++] = row;
  }
  int rc = value_list_encode(values, keys, count, &draft->list);
  draft->header.list_count = count;
  sqlite3_free(values);
  return rc;
}

uint64_t draft_cost(const Draft *draft, uint32_t rows) {
  uint64_t bits = (uint64_t)rows * (draft->header.width + draft->header.flagged);
  return (bits + 7) / 8 + draft->section.size + draft->list.size + draft->codec_memory;
}

void draft_take_smaller(Draft *best, Draft *other, uint32_t rows, uint64_t percent) {
  if (draft_cost(other, rows) * 100 >= draft_cost(best, rows) * (100 - percent)) return;
  Draft swap = *best;
  *best = *other;
  *other = swap;
}

void draft_clear(Draft *draft) {
  sqlite3_free(draft->codes);
  sqlite3_free(draft->flags);
  buffer_clear(&draft->section);
  buffer_clear(&draft->list);
  text_codec_release(draft->codec);
  *draft = (Draft){0};
}
