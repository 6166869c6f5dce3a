/*
** segment.c: fuzz target: sealed segments, whole and damaged.
**
** Rows are sealed, and read back value by value and by predicates. Whole, the
** segment has the values of the rows; damaged, reading answers SQLITE_OK or
** SQLITE_CORRUPT and stays within the bytes. Input: how (u8), and
**   even: damages (damage.h), rows (u8), spread (u8), profile (u8), columns (u8, a
**         byte each that says which kind of values, see make_value)
**   odd:  the bytes of a segment without codecs, of the columns that it says
*/
#include <string.h>

#include "damage.h"
#include "query/filter.h"
#include "segment/seal.h"
#include "base/sqlite.h"

#define ROWS_MAX 1200
#define COLUMNS_MAX 6
#define TEXT_ROOM 64

typedef struct Rows {
  uint32_t count, columns;
  uint8_t kinds[COLUMNS_MAX];
  SealRow items[ROWS_MAX];
} Rows;

static Rows rows;

/* ---- rows ----------------------------------------------------------------------------- */

static Value integer(int64_t number) { return (Value){.type = VALUE_INTEGER, .integer = number}; }

static Value real(double number) { return (Value){.type = VALUE_REAL, .real = number}; }

static Value text(char *room, const char *format, uint32_t i, uint32_t k) {
  sqlite3_snprintf(TEXT_ROOM, room, format, i, k);
  return (Value){
      .type = VALUE_TEXT, .bytes = (const unsigned char *)room, .size = (uint32_t)strlen(room)};
}

static Value make_value(uint8_t kind, uint32_t i, char *room) {
  uint32_t mixed = i * 2654435761u >> 8;
  if (kind >= 240) {
    return i % 16 == kind % 16 ? (Value){.type = VALUE_NULL}
                               : integer(1700000000 + (int64_t)i * 60000 + mixed % 60 * 1000);
  }
  switch (kind % 15) {
  case 0:
    return integer((int64_t)i * 3 - 500);
  case 1:
    return integer(mixed % 1000);
  case 2:
    return i % 50 == 7 ? integer(INT64_MIN + i) : integer((int64_t)mixed << 20);
  case 3:
    return real(mixed % 5000 / 100.0);
  case 4:
    return real(mixed / 7.0);
  case 5:
    return text(room, "group %u", mixed % 5, 0);
  case 6:
    return text(room, "A view of the river %u, near %u", i, mixed % 90);
  case 7:
    return text(room, "http://example.org/art/T%05u_%u.jpg", i, mixed % 9);
  case 8:
    return text(room, "see a-view-of-the-river-%u and %u", i, i);
  case 9:
    return i % 3 == 0 ? text(room, "word %u", i, 0) : i % 3 == 1 ? integer(i) : real(i / 4.0);
  case 10:
    return (Value){.type = VALUE_NULL};
  case 11:
    return i % 4 == 0 ? (Value){.type = VALUE_NULL} : integer(mixed % 17);
  case 12: {
    Value value = text(room, "bytes %u %u", mixed, i);
    value.type = VALUE_BLOB;
    return value;
  }
  case 13:
    return text(room, "%u", mixed % 4 == 0 ? 7 : i, 0);
  default: {
    Value value = text(room, "see a-view-of-the-river-%u, or %u", i, mixed);
    if (i % 8 == 3) value.type = VALUE_BLOB;
    return value;
  }
  }
}

static Value value_of(uint32_t row, uint32_t column, char *room) {
  return make_value(rows.kinds[column], row, room);
}

static const Row *make_row(uint32_t i) {
  Value values[COLUMNS_MAX];
  char rooms[COLUMNS_MAX][TEXT_ROOM];
  for (uint32_t k = 0; k < rows.columns; k++) values[k] = value_of(i, k, rooms[k]);
  const Row *row = row_create(values, (int)rows.columns);
  expect(row != NULL, "no memory");
  return row;
}

/* Rows behind each other, in runs or with gaps everywhere. */
static void make_rows(uint32_t count, uint32_t spread) {
  int64_t rowid = spread % 2 == 0 ? 1 : -1000000;
  uint32_t run = spread % 4 == 3 ? 25 : 1;
  rows.count = count;
  for (uint32_t i = 0; i < count; i++) {
    rows.items[i] = (SealRow){.rowid = rowid, .open = make_row(i)};
    rowid +=
        1 + (spread == 0 || i % run != 0 ? 0 : i * 7919 % spread * (spread > 200 ? 1000003 : 1));
  }
}

static void free_rows(void) {
  for (uint32_t i = 0; i < rows.count; i++) row_free((Row *)(uintptr_t)rows.items[i].open);
}

/* ---- reading ---------------------------------------------------------------------------- */

/* A damaged segment may be anything but out of its bytes, and gives no other errors. */
static bool succeeded(int rc, bool whole, const char *what) {
  expect(rc == SQLITE_OK || (!whole && (rc == SQLITE_CORRUPT || rc == SQLITE_TOOBIG)),
         "%s answers %d", what, rc);
  return rc == SQLITE_OK;
}

static void check_value(const Value *value, uint32_t row, uint32_t column, bool whole) {
  char room[TEXT_ROOM];
  if (value_has_bytes(value)) {
    expect(value->bytes[value->size] == 0, "row %u, column %u: no zero byte", row, column);
  }
  if (!whole) return;
  Value wanted = value_of(row, column, room);
  expect(value->type == wanted.type && value->size == wanted.size, "row %u, column %u", row,
         column);
  bool same = value_has_bytes(value) ? memcmp(value->bytes, wanted.bytes, wanted.size) == 0
                                     : value->integer == wanted.integer;
  expect(same, "row %u, column %u differs", row, column);
}

static void read_alone(const Segment *segment, bool whole) {
  Buffer scratch = {0};
  Value value;
  for (uint32_t column = 0; column < segment->columns; column++) {
    for (uint32_t row = 0; row < segment->rows && row < ROWS_MAX; row += 1 + row / 16) {
      int rc = segment_value(segment, row, column, &scratch, &value);
      if (succeeded(rc, whole, "segment_value")) check_value(&value, row, column, whole);
    }
  }
  buffer_clear(&scratch);
}

static void read_in_order(const Segment *segment, bool descending, bool whole) {
  Reader reader;
  Value value;
  uint32_t count = segment->rows < ROWS_MAX ? segment->rows : ROWS_MAX;
  expect(reader_open(&reader, segment->columns) == SQLITE_OK, "no memory");
  reader.descending = descending;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t row = descending ? segment->rows - 1 - i : i;
    for (uint32_t column = 0; column < segment->columns; column++) {
      int rc = reader_value(&reader, segment, row, column, &value);
      if (succeeded(rc, whole, "reader_value")) check_value(&value, row, column, whole);
    }
  }
  reader_close(&reader);
}

static void seek_rowids(const Segment *segment, bool whole) {
  bool found;
  for (uint32_t row = 0; row < segment->rows && row < ROWS_MAX; row++) {
    int64_t rowid;
    rowids_read(&segment->rowids, row, 1, &rowid);
    uint32_t at = rowids_seek(&segment->rowids, rowid, &found);
    if (!whole) continue;
    expect(rowid == rows.items[row].rowid, "rowid of row %u", row);
    expect(found && at == row, "row %u is found at %u", row, at);
  }
  rowids_seek(&segment->rowids, INT64_MIN, &found);
  rowids_seek(&segment->rowids, INT64_MAX, &found);
}

/* ---- predicates ---------------------------------------------------------------------------- */

static void test_rows(Predicate *predicate, const Segment *segment, bool whole) {
  Probe probe = {.predicate = predicate};
  Prefilter prefilter = {0};
  Reader reader;
  uint64_t bits[PROBE_WORDS];
  char room[TEXT_ROOM];
  expect(reader_open(&reader, segment->columns) == SQLITE_OK, "no memory");
  bool ready =
      succeeded(probe_prepare(&probe, segment), whole, "probe_prepare") &&
      succeeded(prefilter_prepare(&prefilter, &probe, segment), whole, "prefilter_prepare");
  for (uint32_t first = 0; ready && first < segment->rows && first < ROWS_MAX; first += 200) {
    uint32_t left = segment->rows - first, count = left < 200 ? left : 200;
    memset(bits, 0, sizeof bits);
    for (uint32_t i = 0; i < count; i++) bits[i / 64] |= (uint64_t)1 << i % 64;
    int rc = prefilter_test(&prefilter, &probe, segment, first, count, &reader, bits);
    if (rc == SQLITE_OK) rc = probe_test(&probe, segment, first, count, &reader, bits);
    if (!succeeded(rc, whole, "probe_test") || !whole) continue;
    for (uint32_t i = 0; i < count; i++) {
      Value value = value_of(first + i, predicate->column, room);
      bool passes = (bits[i / 64] >> (i % 64) & 1) != 0;
      /* Ranges of texts are left to core, so a row may pass for nothing. */
      expect(passes || !predicate_passes(predicate, &value), "operator %d, row %u, column %u",
             (int)predicate->as, first + i, predicate->column);
    }
  }
  probe_clear(&probe);
  prefilter_clear(&prefilter);
  reader_close(&reader);
}

static void test_column(const Segment *segment, uint32_t column, bool whole) {
  enum { NUMBER, REAL, TEXT }; /* places among the values */
  static const struct {
    PredicateOperator op;
    uint32_t value, count;
    const char *pattern;
  } conditions[] = {
      {PREDICATE_EQUAL, NUMBER, 1, ""},       {PREDICATE_EQUAL, TEXT, 1, ""},
      {PREDICATE_ABOVE, REAL, 1, ""},         {PREDICATE_BELOW_EQUAL, TEXT, 1, ""},
      {PREDICATE_IN, NUMBER, 3, ""},          {PREDICATE_LIKE, TEXT, 1, "%a%7%"},
      {PREDICATE_LIKE, TEXT, 1, "%river-1%"}, {PREDICATE_LIKE, TEXT, 1, "see%w-of%"},
      {PREDICATE_IS_NULL, NUMBER, 0, ""},     {PREDICATE_NOT_NULL, NUMBER, 0, ""},
  };
  char room[TEXT_ROOM];
  Value values[] = {integer(7), real(12.5), text(room, "group 3", 0, 0)};
  for (uint32_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
    const char *pattern = conditions[i].pattern;
    Predicate predicate = {.column = column,
                           .op = conditions[i].op,
                           .as = conditions[i].op,
                           .count = conditions[i].count,
                           .values = values + conditions[i].value};
    pattern_like(pattern, strlen(pattern), &predicate.pattern);
    test_rows(&predicate, segment, whole);
  }
}

/* ---- one segment ----------------------------------------------------------------------------- */

/*
** Rows of a segment are sealed anew, as merging does: all of them; or without some, and others open
** again, as after changes. The lessons are those that its own rows taught.
*/
static void seal_again(Segment *segment, ColumnLessons *lessons, bool changed, bool whole) {
  static SealRow again[ROWS_MAX];
  static uint32_t origin[ROWS_MAX];
  Segment *sealed = NULL;
  uint32_t count = 0, most = segment->rows < ROWS_MAX ? segment->rows : ROWS_MAX;
  if (segment->columns > COLUMNS_MAX) return;
  for (uint32_t i = 0; i < most; i++) {
    if (changed && i % 7 == 3) continue;
    bool open = changed && i % 11 == 5 && i < rows.count && rows.columns == segment->columns;
    origin[count] = i;
    again[count++] = (SealRow){.rowid = i,
                               .open = open ? rows.items[i].open : NULL,
                               .segment = open ? NULL : segment,
                               .row = i};
  }
  int rc = seal_rows(again, count, segment->columns, TEXT_BALANCED, lessons, 1, &sealed);
  if (!succeeded(rc, whole, "seal_rows")) return;
  Buffer scratch = {0};
  Value value;
  for (uint32_t column = 0; column < sealed->columns; column++) {
    for (uint32_t row = 0; row < count; row += 1 + row / 16) {
      rc = segment_value(sealed, row, column, &scratch, &value);
      if (succeeded(rc, whole, "segment_value")) check_value(&value, origin[row], column, whole);
    }
  }
  buffer_clear(&scratch);
  segment_release(sealed);
}

static void read_all(Segment *segment, ColumnLessons *lessons, bool whole) {
  seek_rowids(segment, whole);
  read_alone(segment, whole);
  read_in_order(segment, false, whole);
  read_in_order(segment, true, whole);
  for (uint32_t column = 0; column < segment->columns; column++) {
    test_column(segment, column, whole);
  }
  seal_again(segment, lessons, true, whole);
  seal_again(segment, lessons, false, whole);
}

static unsigned char *copy_of(const void *bytes, size_t size) {
  unsigned char *copy = sqlite3_malloc64(size + (size == 0));
  expect(copy != NULL, "no memory");
  if (size > 0) memcpy(copy, bytes, size);
  return copy;
}

static void try_bytes(unsigned char *bytes, size_t size, TextCodec **codecs, uint32_t columns,
                      ColumnLessons *lessons) {
  Segment *segment;
  if (!succeeded(segment_open(bytes, size, codecs, columns, &segment), false, "segment_open")) {
    return;
  }
  read_all(segment, lessons, false);
  segment_release(segment);
}

static void try_sealed(Input *input) {
  Damages damages;
  ColumnLessons lessons[COLUMNS_MAX] = {0};
  TextCodec *codecs[COLUMNS_MAX];
  Segment *segment = NULL;
  damages_read(input, &damages);
  uint32_t count = 1 + input_byte(input) * input_byte(input) % ROWS_MAX;
  uint32_t spread = input_byte(input);
  TextProfile profile = (TextProfile)input_below(input, 3);
  rows.columns = 0;
  do {
    rows.kinds[rows.columns++] = (uint8_t)input_byte(input);
  } while (input->size > 0 && rows.columns < COLUMNS_MAX);
  make_rows(count, spread);
  int rc = seal_rows(rows.items, count, rows.columns, profile, lessons, 2, &segment);
  expect(rc == SQLITE_OK, "seal_rows answers %d", rc);
  read_all(segment, lessons, true);
  unsigned char *bytes = copy_of(segment->bytes, segment->size);
  size_t size = segment->size;
  damages_inflict(&damages, 0, 1, bytes, size);
  for (uint32_t i = 0; i < rows.columns; i++) {
    codecs[i] = text_codec_retain(segment->slots[i].codec);
  }
  segment_release(segment);
  try_bytes(bytes, size, codecs, rows.columns, lessons);
  column_lessons_clear(lessons, rows.columns);
  free_rows();
}

static void try_raw(Input *input) {
  SegmentHeader header = {0};
  TextCodec *codecs[COLUMNS_MAX] = {0};
  ColumnLessons lessons[COLUMNS_MAX] = {0};
  rows.count = 0;
  if (input->size < sizeof header) return;
  memcpy(&header, input->bytes, sizeof header);
  uint32_t columns = header.columns % (COLUMNS_MAX + 1);
  try_bytes(copy_of(input->bytes, input->size), input->size, codecs, columns, lessons);
  column_lessons_clear(lessons, columns);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  if (input_byte(&input) % 2 == 0) {
    try_sealed(&input);
  } else {
    try_raw(&input);
  }
  return 0;
}
