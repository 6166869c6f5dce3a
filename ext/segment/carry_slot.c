/*
** carry_slot.c: see carry_slot.h.
*/
#include "carry_slot.h"

#include <string.h>

#include "base/sqlite.h"
#include "slot_text.h"
#include "substitute.h"

/* Rows whose values are read, as a source of their own. */
typedef struct Picked {
  SealRow *rows;
  uint32_t count;
  ColumnSource source;
  ColumnValues values;
  uint64_t payload; /* bytes of the values */
} Picked;

typedef struct CarrySlot {
  const Chooser *chooser;
  uint32_t column;
  const SlotHeader *model; /* of the segment that most rows come from */
  const TextCodec *codec;
  Lender *codec_lender;   /* whose the codec's bytes are, or NULL */
  TextOrigin *origins;    /* by row */
  uint32_t carried;       /* rows that are */
  uint32_t open;          /* rows that are not sealed */
  uint32_t flagged;       /* rows that are sealed, without a string */
  const Segment *segment; /* under way, */
  uint32_t next;          /* its row behind the last one that was looked at, */
  bool like;              /* and whether its strings can be carried over */
  Picked fresh;           /* rows that are not carried over: open ones, NULLs, exceptions, others */
  Picked gone;            /* rows of those segments that are not carried over */
  uint64_t payload;       /* bytes of the values of all their rows */
} CarrySlot;

/* --- which strings --------------------------------------------------------------- */

static bool equal_derivations(const SlotHeader *a, const Derivation *b, bool markers) {
  for (uint32_t i = 0; i < a->derivation_count; i++) {
    const Derivation *x = &a->derivations[i], *y = &b[i];
    if (x->source != y->source || x->transform != y->transform) return false;
    if (markers && x->marker != y->marker) return false;
  }
  return true;
}

/* Whether a slot plays the role that the column is to play. */
static bool plays_role(const Chooser *chooser, uint32_t column, const SlotHeader *header) {
  const ColumnLessons *lessons = &chooser->lessons[column];
  uint32_t count = chooser->roles[column].derived ? lessons->derivation_count : 0;
  return header->derivation_count == count &&
         equal_derivations(header, lessons->derivations, false);
}

/* Makes the slot of the segment that most rows come from the model; false if it cannot be one. */
static bool find_model(CarrySlot *c) {
  const ColumnSource *source = c->chooser->source;
  const Segment *segment = NULL, *most = NULL;
  uint32_t rows = 0, most_rows = 0;
  for (uint32_t i = 0; i < source->count; i++) {
    const SealRow *row = &source->rows[i];
    if (row->open != NULL) continue;
    rows = row->segment == segment ? rows + 1 : 1;
    segment = row->segment;
    if (rows <= most_rows) continue;
    most_rows = rows;
    most = segment;
  }
  if (most == NULL) return false;
  const Slot *slot = &most->slots[c->column];
  if (slot->header.encoding != SLOT_TEXT) return false;
  c->model = &slot->header;
  c->codec = text_coded_with(&slot->text);
  c->codec_lender = most->lender != NULL ? most->lender : slot->codec_lender;
  return c->codec != NULL && plays_role(c->chooser, c->column, c->model);
}

/* Whether strings of a slot can be carried over to one like the model. */
static bool is_like_model(const CarrySlot *c, const Slot *slot) {
  const SlotHeader *header = &slot->header;
  return header->encoding == SLOT_TEXT && header->type == c->model->type &&
         text_coded_with(&slot->text) == c->codec &&
         header->derivation_count == c->model->derivation_count &&
         equal_derivations(header, c->model->derivations, true);
}

static int picked_alloc(Picked *picked, uint64_t rows) {
  picked->rows = sqlite3_malloc64((rows + 1) * sizeof *picked->rows);
  return picked->rows == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static void picked_clear(Picked *picked) {
  columns_close(&picked->source);
  column_values_clear(&picked->values);
  sqlite3_free(picked->rows);
}

/* Looks at the rows of the segment under way up to `end`, which are gone; false if too many are. */
static bool pass_gone(CarrySlot *c, uint32_t end) {
  if (!c->like) return true;
  if (end - c->next > c->chooser->source->count - c->gone.count) return false;
  for (; c->next < end; c->next++) {
    c->gone.rows[c->gone.count++] = (SealRow){.segment = c->segment, .row = c->next};
  }
  return true;
}

static bool enter_segment(CarrySlot *c, const Segment *segment) {
  if (c->segment != NULL && !pass_gone(c, c->segment->rows)) return false;
  c->segment = segment;
  c->next = 0;
  c->like = segment != NULL && is_like_model(c, &segment->slots[c->column]);
  if (c->like) c->payload += segment->slots[c->column].header.payload;
  return true;
}

/* Tells whether a sealed row's string is carried over; *well becomes false if too many are gone. */
static bool carries_row(CarrySlot *c, const SealRow *row, bool *well) {
  if (row->segment != c->segment) *well = enter_segment(c, row->segment);
  if (!*well || !c->like) return false;
  const SlotHeader *header = &row->segment->slots[c->column].header;
  bool flagged = segment_is_flagged(row->segment, header, row->row);
  c->flagged += flagged;
  *well = pass_gone(c, flagged ? row->row + 1 : row->row);
  c->next = row->row + 1;
  return !flagged;
}

/* Tells rows that are carried over from others; *pays if they are not too few. */
static void sort_rows(CarrySlot *c, bool *pays) {
  const ColumnSource *source = c->chooser->source;
  bool well = true;
  for (uint32_t i = 0; i < source->count && well; i++) {
    const SealRow *row = &source->rows[i];
    if (row->open == NULL && carries_row(c, row, &well)) {
      const Slot *slot = &row->segment->slots[c->column];
      c->origins[i] = (TextOrigin){.view = &slot->text, .row = row->row};
      c->carried++;
    } else {
      c->origins[i] = (TextOrigin){.view = NULL};
      c->open += row->open != NULL;
      c->fresh.rows[c->fresh.count++] = *row;
    }
  }
  *pays = well && enter_segment(c, NULL) && c->open <= c->carried && c->gone.count <= c->carried;
}

/* --- the other rows ---------------------------------------------------------------- */

static int read_picked(const CarrySlot *c, Picked *picked) {
  if (picked->count == 0) return SQLITE_OK;
  int rc = columns_open(&picked->source, picked->rows, picked->count, c->chooser->source->columns);
  if (rc == SQLITE_OK) rc = columns_read(&picked->source, c->column, 1, &picked->values);
  for (uint32_t i = 0; rc == SQLITE_OK && i < picked->count; i++) {
    picked->payload += value_payload(&picked->values.values[i]);
  }
  return rc;
}

/* Whether some fresh text has a byte that stands for a derived part. */
static bool has_marker(const CarrySlot *c) {
  for (uint32_t i = 0; i < c->fresh.count; i++) {
    const Value *value = &c->fresh.values.values[i];
    for (uint32_t k = 0; k < c->model->derivation_count; k++) {
      if (value->type == VALUE_TEXT && value->size != 0 &&
          memchr(value->bytes, c->model->derivations[k].marker, value->size) != NULL) {
        return true;
      }
    }
  }
  return false;
}

/* Leaves derived parts of the fresh texts out; their bytes then lie in `text`. */
static int derive_fresh(CarrySlot *c, Buffer *text) {
  if (c->fresh.count == 0 || c->model->derivation_count == 0) return SQLITE_OK;
  return substitute(&c->fresh.source, c->model->derivations, c->model->derivation_count,
                    c->fresh.values.values, text);
}

/* --- the draft ------------------------------------------------------------------------ */

/* All values of the column, those that are carried over as empty strings. NULL: no memory. */
static Value *spread_values(const CarrySlot *c) {
  uint32_t rows = c->chooser->source->count, next = 0;
  Value *values = sqlite3_malloc64((uint64_t)rows * sizeof *values);
  for (uint32_t i = 0; values != NULL && i < rows; i++) {
    values[i] = (Value){.type = c->model->type};
    if (c->origins[i].view == NULL) values[i] = c->fresh.values.values[next++];
  }
  return values;
}

static void fill_header(const CarrySlot *c, SlotHeader *header) {
  header->encoding = SLOT_TEXT;
  header->type = c->model->type;
  header->derivation_count = c->model->derivation_count;
  memcpy(header->derivations, c->model->derivations, sizeof header->derivations);
  header->payload = (uint32_t)(c->payload - c->gone.payload + c->fresh.payload);
}

/* Exceptions are all among the fresh rows, so the column's are those that come of `values`. */
static int draft_values(const CarrySlot *c, const Value *values, Draft *draft, bool *done) {
  Buffer bytes = {0};
  Column column = {.values = values, .rows = c->chooser->source->count};
  uint32_t *start = sqlite3_malloc64(((uint64_t)column.rows + 1) * sizeof *start);
  int rc = start == NULL ? SQLITE_NOMEM : buffer_reserve(&bytes, 1); /* never NULL */
  if (rc == SQLITE_OK) rc = slot_text_gather(&column, c->model->type, draft, &bytes, start);
  if (rc == SQLITE_OK) rc = draft_exceptions(draft, &column);
  if (rc == SQLITE_OK) {
    Strings strings = {.bytes = bytes.bytes, .start = start, .count = column.rows};
    bool changed = c->gone.count > c->flagged;
    rc = text_carry(c->origins, &strings, c->codec, changed, &draft->section, done);
  }
  sqlite3_free(start);
  buffer_clear(&bytes);
  return rc;
}

static int write_draft(CarrySlot *c, Draft *draft, bool *done) {
  Buffer text = {0};
  int rc = derive_fresh(c, &text);
  Value *values = rc == SQLITE_OK ? spread_values(c) : NULL;
  if (rc == SQLITE_OK && values == NULL) rc = SQLITE_NOMEM;
  fill_header(c, &draft->header);
  draft->codec = text_codec_retain(c->codec);
  draft->codec_lender = c->codec_lender;
  if (rc == SQLITE_OK) rc = draft_values(c, values, draft, done);
  sqlite3_free(values);
  buffer_clear(&text);
  return rc;
}

static int carry_rows(CarrySlot *c, Draft *draft, bool *done) {
  uint32_t rows = c->chooser->source->count;
  bool pays = false;
  c->origins = sqlite3_malloc64((uint64_t)rows * sizeof *c->origins);
  int rc = c->origins == NULL ? SQLITE_NOMEM : picked_alloc(&c->fresh, rows);
  if (rc == SQLITE_OK) rc = picked_alloc(&c->gone, rows);
  if (rc == SQLITE_OK) sort_rows(c, &pays);
  if (rc != SQLITE_OK || !pays) return rc;
  rc = read_picked(c, &c->fresh);
  if (rc != SQLITE_OK || has_marker(c)) return rc;
  rc = read_picked(c, &c->gone);
  return rc == SQLITE_OK ? write_draft(c, draft, done) : rc;
}

int carry_slot(Chooser *chooser, uint32_t column, Draft *draft, bool *done) {
  CarrySlot c = {.chooser = chooser, .column = column};
  *done = false;
  if (chooser->roles[column].mined || !find_model(&c)) return SQLITE_OK;
  int rc = carry_rows(&c, draft, done);
  if (!*done) draft_clear(draft);
  sqlite3_free(c.origins);
  picked_clear(&c.fresh);
  picked_clear(&c.gone);
  return rc;
}
