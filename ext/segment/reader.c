/*
** reader.c: see reader.h.
*/
#include "reader.h"

#include <string.h>

#include "base/integers.h"
#include "base/loan.h"
#include "base/sqlite.h"
#include "slot_dictionary.h"
#include "slot_numeral.h"

/* Reads in a row after which the next ones are decoded ahead. */
#define STREAK 3
#define AHEAD_LEAST 8
/* Of a range that ends near by: two strings decoded singly take as long as six at once. */
#define AHEAD_RANGE 16

#define BYTES_KEPT 4096 /* of a buffer, while nobody reads */

int reader_open(Reader *reader, uint32_t columns) {
  *reader = (Reader){.count = columns, .use = 1}; /* above what no column's `kept` is */
  reader->columns = sqlite_zeros(columns * sizeof *reader->columns);
  return reader->columns == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* The batch is of no use any more. */
static void forget_batch(ReaderColumn *state) {
  state->ready = state->c_ready = 0;
  if (state->batch != NULL) state->batch->count = 0;
}

static void drop_batch(ReaderColumn *state) {
  forget_batch(state);
  if (state->batch != NULL) text_batch_clear(state->batch);
  sqlite3_free(state->batch);
  state->batch = NULL;
}

void reader_close(Reader *reader) {
  for (uint32_t i = 0; reader->columns != NULL && i < reader->count; i++) {
    drop_batch(&reader->columns[i]);
    text_expansion_clear(&reader->columns[i].expansion);
    loan_clear(&reader->columns[i].text);
    loan_clear(&reader->columns[i].whole);
  }
  sqlite3_free(reader->columns);
  *reader = (Reader){0};
}

void reader_forget(Reader *reader) {
  for (uint32_t i = 0; i < reader->count; i++) {
    reader->columns[i].segment = NULL;
    reader->columns[i].text_valid = reader->columns[i].whole_valid = false;
    forget_batch(&reader->columns[i]);
  }
}

void reader_rest(Reader *reader) {
  reader->use++;
  if (!reader->large) return;
  reader->large = false;
  for (uint32_t i = 0; i < reader->count; i++) {
    ReaderColumn *state = &reader->columns[i];
    text_expansion_clear(&state->expansion);
    if (state->batch != NULL && state->batch->text.capacity > BYTES_KEPT) drop_batch(state);
    if (state->text.capacity > BYTES_KEPT) loan_clear(&state->text), state->text_valid = false;
    if (state->whole.capacity > BYTES_KEPT) loan_clear(&state->whole), state->whole_valid = false;
  }
}

/* After any use of the buffer, or of the column's expansion. */
static void note_growth(Reader *reader, const ReaderColumn *state, const Buffer *buffer) {
  if (buffer->capacity > BYTES_KEPT || state->expansion.expanded != NULL) reader->large = true;
}

/* Finds the strings of the batch that have a marker: one search for all, not one for each. */
static void find_marked(ReaderColumn *state, const SlotHeader *header) {
  const TextBatch *batch = state->batch;
  const unsigned char *text = batch->text.bytes, *end = text + batch->start[batch->count];
  memset(state->marked, 0, sizeof state->marked);
  for (uint32_t i = 0; i < header->derivation_count; i++) {
    const unsigned char *place = text + batch->start[0];
    uint8_t marker = header->derivations[i].marker;
    uint32_t at = 0;
    while (place < end && (place = memchr(place, marker, (size_t)(end - place))) != NULL) {
      while (text + batch->start[at + 1] <= place) at++;
      state->marked[at / 64] |= (uint64_t)1 << at % 64;
      place = text + batch->start[at + 1];
    }
  }
}

/* Rows of the segment from `row` on that are inside the run's bound, itself among them. */
static uint32_t rows_left(const Reader *reader, const Segment *segment, uint32_t row) {
  bool found;
  uint32_t begin = 0, end = segment->rows;
  if (!reader->bounded) return reader->descending ? row + 1 : end - row;
  if (reader->descending) {
    if (reader->bound > segment->first)
      begin = rowids_seek(&segment->rowids, reader->bound, &found);
    return row < begin ? 1 : row + 1 - begin;
  }
  if (reader->bound < segment->last) {
    end = rowids_seek(&segment->rowids, reader->bound, &found);
    if (found) end++;
  }
  return end > row ? end - row : 1;
}

/* Whether the first text that a run reads is worth decoding with those behind it. */
static bool begins_many(const Reader *reader, ReaderColumn *state, const Segment *segment,
                        uint32_t row) {
  bool near = reader->descending ? reader->bound > segment->first : reader->bound < segment->last;
  bool first = state->run != reader->run;
  state->run = reader->run;
  if (!first || !(near || reader->likely > 0)) return false;
  uint32_t most = reader->likely == 0 ? AHEAD_RANGE : smaller(reader->likely, TEXT_BATCH_ROWS);
  state->ahead = smaller(most, rows_left(reader, segment, row));
  return state->ahead > 1;
}

/* How many strings to decode: more at a time the longer it goes on, since anything may end it. */
static uint32_t rows_ahead(const Reader *reader, ReaderColumn *state, const Segment *segment,
                           uint32_t row, bool ahead) {
  if (reader->bounded && begins_many(reader, state, segment, row)) return state->ahead;
  if (!ahead) return 1;
  state->ahead = state->ahead == 0 ? AHEAD_LEAST : smaller(state->ahead * 4, TEXT_BATCH_ROWS);
  return smaller(state->ahead, rows_left(reader, segment, row));
}

static int decode_batch(Reader *reader, ReaderColumn *state, const Segment *segment, uint32_t row,
                        uint32_t count, uint32_t column) {
  if (state->batch == NULL) {
    state->batch = sqlite_zeros(sizeof *state->batch);
    if (state->batch == NULL) return SQLITE_NOMEM;
  }
  uint32_t first = reader->descending ? row + 1 - count : row;
  forget_batch(state);
  const Slot *slot = &segment->slots[column];
  int rc = text_read_batch(&slot->text, first, count, &state->expansion, state->batch);
  note_growth(reader, state, &state->batch->text);
  if (rc != SQLITE_OK) return rc;
  find_marked(state, &slot->header);
  bool whole_rows = slot->header.encoding == SLOT_TEXT && !slot->header.flagged;
  state->first = first;
  state->type = slot_text_type(&slot->header);
  state->ready = whole_rows ? count : 0;
  state->c_ready = state->type == VALUE_TEXT && !slot->text.has_nul ? state->ready : 0;
  return SQLITE_OK;
}

/* Notes the read; true when the next ones are worth decoding ahead. */
static bool note_read(const Reader *reader, ReaderColumn *state, const Segment *segment,
                      uint32_t row) {
  bool same = state->segment == segment;
  uint32_t on = reader->descending ? state->row - row : row - state->row;
  bool near = same && state->use == reader->use && on <= 2; /* rows, in the run's direction */
  if (!same) forget_batch(state);
  if (!same || row != state->row) state->text_valid = state->whole_valid = false;
  state->streak = near ? state->streak + 1 : 0;
  if (!near) state->ahead = 0;
  if (state->use != reader->use) state->expansion.strings = 0;
  state->segment = segment;
  state->row = row;
  state->use = reader->use;
  return state->streak >= STREAK;
}

/* Before the buffer gets another text. */
static int prepare(Reader *reader, ReaderColumn *state, Buffer *buffer) {
  if (loan_is_out(buffer)) state->kept = reader->use;
  return loan_prepare(buffer);
}

/* Read again, as a WHERE clause and a result column do, a text is decoded once. */
static int read_single(Reader *reader, ReaderColumn *state, const Segment *segment, uint32_t row,
                       uint32_t column, Value *value) {
  if (!state->text_valid) {
    int rc = prepare(reader, state, &state->text);
    if (rc == SQLITE_OK)
      rc = text_read(&segment->slots[column].text, row, &state->expansion, &state->text);
    note_growth(reader, state, &state->text);
    if (rc != SQLITE_OK) return rc;
    state->text_valid = true;
    state->again = false; /* until its markers were looked for */
  }
  value->bytes = state->text.bytes;
  value->size = (uint32_t)state->text.size;
  value->lent = reader_lends(reader, state);
  return SQLITE_OK;
}

/* The text as it is coded, derived parts being markers. */
static int read_coded(Reader *reader, ReaderColumn *state, const Segment *segment, uint32_t row,
                      uint32_t column, Value *value) {
  bool ahead = note_read(reader, state, segment, row);
  TextBatch *batch = state->batch;
  if (batch == NULL || row - state->first >= batch->count) {
    uint32_t count = rows_ahead(reader, state, segment, row, ahead);
    if (count < 2) return read_single(reader, state, segment, row, column, value);
    int rc = decode_batch(reader, state, segment, row, count, column);
    if (rc != SQLITE_OK) return rc;
    batch = state->batch;
  }
  uint32_t at = row - state->first;
  value->bytes = batch->text.bytes + batch->start[at];
  value->size = batch->start[at + 1] - batch->start[at] - 1;
  value->lent = 0;
  return SQLITE_OK;
}

/* The row whose derived text is read. */
typedef struct SourceRow {
  Reader *reader;
  const Segment *segment;
  uint32_t row;
} SourceRow;

static int fetch_source(void *context, uint32_t column, Value *value) {
  const SourceRow *source = context;
  return reader_value(source->reader, source->segment, source->row, column, value);
}

/* Puts the derived parts of the row's text into it. */
static int expand(Reader *reader, ReaderColumn *state, const Segment *segment, uint32_t row,
                  const DeriveMarks *marks, Value *value) {
  if (!state->whole_valid) {
    SourceRow source = {.reader = reader, .segment = segment, .row = row};
    DeriveSources sources = {.fetch = fetch_source, .context = &source};
    int rc = prepare(reader, state, &state->whole);
    if (rc == SQLITE_OK) {
      rc = derive_expand(value->bytes, value->size, marks, &sources, &state->whole);
    }
    note_growth(reader, state, &state->whole);
    if (rc != SQLITE_OK) return rc;
    state->whole_valid = true;
  }
  value->c_text = 0; /* its sources may have a zero byte */
  value->bytes = state->whole.bytes;
  value->size = (uint32_t)state->whole.size;
  value->lent = reader_lends(reader, state);
  return SQLITE_OK;
}

/* An entry of a dictionary: that of the row read before is decoded already. */
static int read_entry(Reader *reader, ReaderColumn *state, const Segment *segment, uint32_t row,
                      uint32_t column, Value *value) {
  uint64_t entry = segment_code(segment, row, column);
  bool same = state->segment == segment && state->text_valid && state->entry == entry;
  int rc = SQLITE_OK;
  if (state->segment != segment) forget_batch(state);
  state->segment = segment;
  state->row = row;
  if (!same) {
    state->text_valid = state->whole_valid = false;
    rc = prepare(reader, state, &state->text);
    if (rc == SQLITE_OK) {
      rc = slot_dictionary_read(&segment->slots[column], entry, &state->text, value);
    }
    note_growth(reader, state, &state->text);
    if (rc != SQLITE_OK || !value_has_bytes(value) || value->bytes != state->text.bytes) return rc;
    state->entry = entry;
    state->text_valid = true;
    state->again = value->c_text;
  }
  *value = (Value){.type = VALUE_TEXT,
                   .bytes = state->text.bytes,
                   .size = (uint32_t)state->text.size,
                   .c_text = state->again,
                   .lent = reader_lends(reader, state)};
  return SQLITE_OK;
}

/* A value that is not a string of the row's own. */
static int read_other(Reader *reader, ReaderColumn *state, const Segment *segment, uint32_t row,
                      uint32_t column, Value *value) {
  if (segment->slots[column].header.encoding == SLOT_DICTIONARY) {
    return read_entry(reader, state, segment, row, column, value);
  }
  return segment_value(segment, row, column, &state->text, value);
}

int reader_read(Reader *reader, const Segment *segment, uint32_t row, uint32_t column,
                Value *value) {
  ReaderColumn *state = &reader->columns[column];
  if (!segment_has_string(segment, row, column)) {
    return read_other(reader, state, segment, row, column, value);
  }
  const SlotHeader *header = &segment->slots[column].header;
  int rc = read_coded(reader, state, segment, row, column, value);
  if (rc == SQLITE_OK && header->encoding == SLOT_NUMERAL) {
    return slot_numeral_value(value->bytes, value->size, value);
  }
  if (rc != SQLITE_OK) return rc;
  value->type = slot_text_type(header);
  value->c_text = !segment->slots[column].text.has_nul;
  DeriveMarks marks;
  if (derive_find_marks(value->bytes, value->size, header->derivations, header->derivation_count,
                        &marks)) {
    state->again = false;
    return expand(reader, state, segment, row, &marks, value);
  }
  state->again = value->c_text && value->type == VALUE_TEXT;
  return SQLITE_OK;
}
