/*
** slot_integer.c: see slot_integer.h.
*/
#include "slot_integer.h"

#include "base/integers.h"
#include "base/sqlite.h"
#include "slot_blocks.h"

static bool is_run(const int64_t *integers, uint32_t rows) {
  uint64_t step = rows > 1 ? integer_distance(integers[0], integers[1]) : 0;
  for (uint32_t i = 1; i < rows; i++) {
    if (integer_distance(integers[i - 1], integers[i]) != step) return false;
  }
  return true;
}

static int draft_packed(const Frame *frame, const Integers *integers, Draft *draft) {
  bool smaller;
  int rc = slot_blocks_draft(frame, integers, draft, &smaller);
  if (rc != SQLITE_OK || smaller) return rc;
  draft->header.encoding = SLOT_INTEGER;
  return frame_encode(frame, integers, draft);
}

int slot_integer_draft(const Column *column, Draft *draft) {
  uint32_t rows = column->rows;
  int64_t *integers = sqlite3_malloc64((uint64_t)rows * (sizeof *integers + 1));
  if (integers == NULL) return SQLITE_NOMEM;
  unsigned char *usable = (unsigned char *)(integers + rows);
  for (uint32_t i = 0; i < rows; i++) {
    usable[i] = column->values[i].type == VALUE_INTEGER;
    integers[i] = usable[i] ? column->values[i].integer : 0;
  }
  int rc = SQLITE_OK;
  Frame frame;
  const Integers all = {integers, usable, rows};
  draft->header.type = VALUE_INTEGER;
  if (column->counts[VALUE_INTEGER] == rows && is_run(integers, rows)) {
    draft->header.encoding = SLOT_RUN;
    draft->header.base = integers[0];
    draft->header.step = rows > 1 ? integer_distance(integers[0], integers[1]) : 0;
  } else if (frame_choose(&all, &frame)) {
    rc = draft_packed(&frame, &all, draft);
    if (rc == SQLITE_OK) rc = draft_exceptions(draft, column);
  }
  sqlite3_free(integers);
  return rc;
}
