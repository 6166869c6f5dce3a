/*
** lessons_test.c: which columns may be derived from which (segment/lessons.h), and segments whose
** headers say otherwise.
**
** Plan
**   1 Roles: a source that is derived, one whose source is; a column that others are derived from;
**     circles; random lessons of eight columns give no way longer than DERIVE_DEPTH.
**   2 Mining: a part that all rows have is none.
**   3 Segments: columns in a chain read back; changed so that the chain is longer, goes round in
**     circles or leads out of the segment, they are refused.
*/
#include <stdlib.h>
#include <string.h>

#include "base/sqlite.h"
#include "cases.h"
#include "segment/miner.h"
#include "segment/row.h"
#include "segment/seal.h"
#include "segment/segment.h"

#define COLUMNS 8
#define ROWS 600

static ColumnLessons lessons[COLUMNS];
static ColumnRole roles[COLUMNS];

/* ---- roles ----------------------------------------------------------------------------------- */

/* No column was derived in the last segment; none is to be searched. */
static void forget(void) {
  memset(lessons, 0, sizeof lessons);
  memset(roles, 0, sizeof roles);
  for (uint32_t i = 0; i < COLUMNS; i++) lessons[i].mined_rows = ROWS;
}

static void learn(uint32_t column, uint32_t source) {
  ColumnLessons *own = &lessons[column];
  own->derivations[own->derivation_count++] = (Derivation){.source = (uint16_t)source};
}

/* The columns that are derived, in order, as digits. */
static void expect_derived(const char *expected) {
  char derived[COLUMNS + 1] = "";
  uint32_t count = 0;
  roles_find(roles, lessons, COLUMNS, TEXT_BALANCED, ROWS);
  for (uint32_t i = 0; i < COLUMNS; i++) {
    if (roles[i].derived) derived[count++] = (char)('0' + i);
  }
  if (strcmp(derived, expected) != 0) fail("%s derived, not %s", derived, expected);
}

static void a_chain_of_three(void) {
  forget();
  learn(1, 0);
  learn(2, 1);
  expect_derived("12");
}

static void a_chain_of_four(void) {
  forget();
  learn(1, 0);
  learn(2, 1);
  learn(3, 2);
  expect_derived("12");
}

static void a_chain_of_four_from_its_end(void) {
  forget();
  learn(0, 1);
  learn(1, 2);
  learn(2, 3);
  expect_derived("01");
}

static void sources_of_several_columns(void) {
  forget();
  learn(0, 4);
  learn(1, 5);
  learn(1, 0);
  learn(2, 5);
  learn(2, 1); /* 4 is too far */
  learn(3, 5);
  learn(3, 0);
  expect_derived("013");
}

static void circles(void) {
  forget();
  learn(0, 1);
  learn(1, 0);
  learn(2, 2);
  expect_derived("0");
}

static void one_to_be_searched_is_not_derived_yet(void) {
  forget();
  learn(1, 0);
  learn(2, 1);
  lessons[1].mined_rows = ROWS / 4;
  expect_derived("2");
  if (!roles[1].mined || roles[2].mined) fail("not the right one to be searched");
}

static void none_in_fast_or_where_rows_are_few(void) {
  forget();
  learn(1, 0);
  roles_find(roles, lessons, COLUMNS, TEXT_FAST, ROWS);
  if (roles[1].derived) fail("derived in fast");
  roles_find(roles, lessons, COLUMNS, TEXT_BALANCED, 10);
  if (roles[1].derived) fail("derived in ten rows");
}

static bool allows(uint32_t column, uint32_t source) {
  bool allowed[COLUMNS];
  roles_allow(roles, lessons, COLUMNS, column, allowed);
  return allowed[source];
}

static void what_is_allowed(void) {
  forget();
  learn(1, 0);
  expect_derived("1");
  if (!allows(2, 1)) fail("a derived source");
  if (!allows(0, 2)) fail("a column that is a source");
  if (allows(0, 1)) fail("a circle");
  learn(3, 2);
  expect_derived("13");
  if (allows(0, 3)) fail("a source of one, from a derived one");
}

/* Steps of the longest way from a column; more than `left` is left + 1. */
static uint32_t depth(uint32_t column, uint32_t left) {
  uint32_t most = 0;
  if (!roles[column].derived) return 0;
  for (uint32_t i = 0; left > 0 && i < lessons[column].derivation_count; i++) {
    uint32_t below = depth(lessons[column].derivations[i].source, left - 1);
    if (below > most) most = below;
  }
  return most + 1;
}

static void random_lessons(void) {
  uint32_t derived = 0, deepest = 0;
  random_state = 5;
  for (uint32_t round = 0; round < 2000; round++) {
    forget();
    for (uint32_t i = 0; i < COLUMNS; i++) {
      for (uint32_t k = random_below(DERIVATIONS); k > 0; k--) learn(i, random_below(COLUMNS));
    }
    roles_find(roles, lessons, COLUMNS, TEXT_BALANCED, ROWS);
    for (uint32_t i = 0; i < COLUMNS; i++) {
      uint32_t steps = depth(i, COLUMNS);
      if (steps > DERIVE_DEPTH) fail("round %u: column %u in %u steps", round, i, steps);
      if (steps > deepest) deepest = steps;
      derived += roles[i].derived;
    }
  }
  if (deepest != DERIVE_DEPTH || derived < 2000) fail("%u derived, %u deep", derived, deepest);
}

static Value text(char *room, size_t size, const char *format, uint32_t a, uint32_t b) {
  int length = snprintf(room, size, format, a, b);
  return (Value){
      .type = VALUE_TEXT, .size = (uint32_t)length, .bytes = (const unsigned char *)room};
}

/* ---- mining ---------------------------------------------------------------------------------- */

/* Derivations found for texts that begin as the other column's do. */
static uint32_t mined(bool varied) {
  static SealRow rows[MINER_ROWS];
  const bool usable[2] = {true, true};
  Derivation derivations[DERIVATIONS];
  ColumnSource source;
  Miner miner;
  uint32_t count;
  for (uint32_t i = 0; i < MINER_ROWS; i++) {
    char rooms[2][64];
    uint32_t word = varied ? i * 7919 % 89 : 7;
    const Value values[2] = {
        text(rooms[0], sizeof rooms[0], "at no%u %u", word, i * 31),
        text(rooms[1], sizeof rooms[1], "at no%u beside it, %u", word, i * 48271)};
    rows[i] = (SealRow){.rowid = i, .open = row_create(values, 2)};
    if (rows[i].open == NULL) abort();
  }
  if (columns_open(&source, rows, MINER_ROWS, 2) != SQLITE_OK) abort();
  if (miner_open(&miner, &source) != SQLITE_OK) abort();
  if (miner_find(&miner, 1, usable, derivations, &count) != SQLITE_OK) abort();
  miner_close(&miner);
  columns_close(&source);
  for (uint32_t i = 0; i < MINER_ROWS; i++) row_free((Row *)(uintptr_t)rows[i].open);
  return count;
}

static void parts_that_all_rows_have(void) {
  if (mined(true) == 0) fail("first words that differ are not found");
  if (mined(false) != 0) fail("first words that are always the same are found");
}

/* ---- segments -------------------------------------------------------------------------------- */

#define CHAIN 3 /* a number, a name that has it, an address that has the name */

static Value value_of(uint32_t row, uint32_t column, char *room, size_t size) {
  uint32_t number = row * 48271 % 99991, word = row * 7919 % 89;
  static const char *const formats[CHAIN] = {"%05u", "%05u lamp no%u",
                                             "http://x.org/%05u-lamp-no%u"};
  return text(room, size, formats[column], number, word);
}

static void make_segment(Segment **segment) {
  static SealRow rows[ROWS];
  ColumnLessons own[CHAIN];
  memset(own, 0, sizeof own);
  for (uint32_t i = 0; i < ROWS; i++) {
    Value values[CHAIN];
    char rooms[CHAIN][64];
    for (uint32_t k = 0; k < CHAIN; k++) values[k] = value_of(i, k, rooms[k], sizeof rooms[k]);
    rows[i] = (SealRow){.rowid = i + 1, .open = row_create(values, CHAIN)};
    if (rows[i].open == NULL) abort();
  }
  if (seal_rows(rows, ROWS, CHAIN, TEXT_BALANCED, own, 0, segment) != SQLITE_OK) abort();
  for (uint32_t i = 0; i < ROWS; i++) row_free((Row *)(uintptr_t)rows[i].open);
  column_lessons_clear(own, CHAIN);
}

static void a_chain_reads_back(void) {
  Segment *segment;
  Buffer scratch = {0};
  make_segment(&segment);
  for (uint32_t k = 1; k < CHAIN; k++) {
    const SlotHeader *header = &segment->slots[k].header;
    if (header->derivation_count == 0) fail("column %u is not derived", k);
    if (header->derivations[0].source != k - 1) fail("column %u is derived from another", k);
  }
  for (uint32_t row = 0; row < ROWS; row++) {
    for (uint32_t k = 0; k < CHAIN; k++) {
      char room[64];
      Value value, expected = value_of(row, k, room, sizeof room);
      if (segment_value(segment, row, k, &scratch, &value) != SQLITE_OK) fail("not read");
      if (value.size != expected.size || memcmp(value.bytes, expected.bytes, value.size) != 0) {
        fail("row %u, column %u: %s", row, k, (const char *)value.bytes);
      }
    }
  }
  buffer_clear(&scratch);
  segment_release(segment);
}

/* Opens a copy of the segment, another source given to the only derivation of a column. */
static int open_changed(const Segment *segment, uint32_t column, uint16_t source) {
  unsigned char *bytes = sqlite3_malloc64(segment->size);
  TextCodec *codecs[CHAIN];
  Segment *opened = NULL;
  SlotHeader header;
  if (bytes == NULL) abort();
  memcpy(bytes, segment->bytes, segment->size);
  unsigned char *at = bytes + sizeof(SegmentHeader) + column * sizeof header;
  memcpy(&header, at, sizeof header);
  header.derivation_count = 1;
  header.derivations[0].source = source;
  memcpy(at, &header, sizeof header);
  for (uint32_t k = 0; k < CHAIN; k++) codecs[k] = text_codec_retain(segment->slots[k].codec);
  int rc = segment_open(bytes, segment->size, codecs, CHAIN, &opened);
  segment_release(opened);
  return rc;
}

static void sources_in_a_header(void) {
  Segment *segment;
  make_segment(&segment);
  if (open_changed(segment, 2, 1) != SQLITE_OK) fail("as it was");
  if (open_changed(segment, 2, 0) != SQLITE_OK) fail("a source that is not derived");
  if (open_changed(segment, 1, 1) != SQLITE_CORRUPT) fail("a column from itself");
  if (open_changed(segment, 1, 2) != SQLITE_CORRUPT) fail("two columns from each other");
  if (open_changed(segment, 0, 2) != SQLITE_CORRUPT) fail("three columns round in circles");
  if (open_changed(segment, 0, CHAIN) != SQLITE_CORRUPT) fail("out of the segment");
  if (open_changed(segment, 0, 0) != SQLITE_CORRUPT) fail("the first from itself");
  segment_release(segment);
}

int main(void) {
  run_case("a chain of three", a_chain_of_three);
  run_case("a chain of four", a_chain_of_four);
  run_case("a chain of four, from its end", a_chain_of_four_from_its_end);
  run_case("sources of several columns", sources_of_several_columns);
  run_case("circles", circles);
  run_case("one to be searched is not derived yet", one_to_be_searched_is_not_derived_yet);
  run_case("none in fast or where rows are few", none_in_fast_or_where_rows_are_few);
  run_case("what is allowed", what_is_allowed);
  run_case("random lessons", random_lessons);
  run_case("parts that all rows have", parts_that_all_rows_have);
  run_case("a chain reads back", a_chain_reads_back);
  run_case("sources in a header", sources_in_a_header);
  return failures > 0;
}
