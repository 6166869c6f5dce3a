/*
** slot_text.c: see slot_text.h.
*/
#include "slot_text.h"

#include "base/sqlite.h"
#include "limits.h"
#include "text/section.h"

_Static_assert(SEGMENT_ROWS <= SECTION_MAX_ROWS, "a section has the strings of all rows");

int slot_text_gather(const Column *column, ValueType type, Draft *draft, Buffer *bytes,
                     uint32_t *start) {
  int rc = buffer_reserve(bytes, column->payload < BUFFER_LIMIT ? (size_t)column->payload : 0);
  for (uint32_t row = 0; row < column->rows && rc == SQLITE_OK; row++) {
    const Value *value = &column->values[row];
    start[row] = (uint32_t)bytes->size;
    if (value->type == type) {
      rc = buffer_append(bytes, value->bytes, value->size);
    } else {
      rc = draft_flag(draft, column->rows, row);
    }
  }
  start[column->rows] = (uint32_t)bytes->size;
  return rc;
}

int slot_text_encode(const Column *column, const Buffer *bytes, const uint32_t *start,
                     Draft *draft) {
  TextCodec *codec = draft->codec;
  Strings strings = {.bytes = bytes->bytes, .start = start, .count = column->rows};
  int rc = text_encode(&strings, column->profile, column->run, &draft->codec, column->training,
                       &draft->section);
  if (draft->codec != codec) draft->codec_memory = text_codec_memory(draft->codec);
  return rc == SQLITE_OK ? draft_exceptions(draft, column) : rc;
}

int slot_text_draft(const Column *column, ValueType type, Draft *draft) {
  Buffer bytes = {0};
  uint32_t *start = sqlite3_malloc64(((uint64_t)column->rows + 1) * sizeof *start);
  if (start == NULL) return SQLITE_NOMEM;
  draft->header.encoding = SLOT_TEXT;
  draft->header.type = (uint8_t)type;
  int rc = slot_text_gather(column, type, draft, &bytes, start);
  if (rc == SQLITE_OK) rc = slot_text_encode(column, &bytes, start, draft);
  sqlite3_free(start);
  buffer_clear(&bytes);
  return rc;
}
