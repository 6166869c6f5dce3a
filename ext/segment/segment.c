/*
** segment.c: see segment.h.
*/
#include "segment.h"

#include "slot_blocks.h"
#include "slot_dictionary.h"
#include "slot_integer.h"
#include "slot_numeral.h"
#include "slot_real.h"
#include "base/sqlite.h"

_Static_assert(sizeof(SlotHeader) == 72, "the slot header's layout is fixed");
_Static_assert(sizeof(SegmentHeader) == 96, "the segment header's layout is fixed");

/* ---- opening -------------------------------------------------------------- */

static bool range_fits(uint64_t offset, uint64_t size, uint64_t total) {
  return offset <= total && size <= total - offset;
}

static bool header_fits(const SegmentHeader *header, size_t size) {
  if (header->magic != SEGMENT_MAGIC || header->size != size) return false;
  if (header->rows == 0 || header->rows > SEGMENT_ROWS) return false;
  if (header->columns == 0 || header->columns > SEGMENT_COLUMNS) return false;
  uint64_t structs = ((uint64_t)header->rows * header->stride + 7) / 8 + BITS_PADDING;
  return range_fits(sizeof *header, (uint64_t)header->columns * sizeof(SlotHeader), size) &&
         header->structs_size == structs && range_fits(header->structs, structs, size) &&
         range_fits(header->rowids.offset, header->rowids.size, size);
}

static bool slot_header_fits(const SlotHeader *header, const Segment *segment) {
  if (header->encoding >= SLOT_ENCODINGS || header->width > 64 || header->flagged > 1) {
    return false;
  }
  return range_fits(header->bit_offset, (uint64_t)header->width + header->flagged,
                    segment->stride) &&
         range_fits(header->section_offset, header->section_size, segment->size) &&
         range_fits(header->list_offset, header->list_size, segment->size);
}

/* Whether the slot of a column, all being opened, is derived in so many steps at most. */
static bool derived_within(const Segment *segment, uint32_t column, uint32_t depth) {
  const SlotHeader *header = &segment->slots[column].header;
  if (header->derivation_count == 0) return true;
  if (header->derivation_count > DERIVATIONS || depth == 0) return false;
  for (uint32_t i = 0; i < header->derivation_count; i++) {
    const Derivation *derivation = &header->derivations[i];
    if (derivation->transform >= DERIVE_TRANSFORMS || derivation->source >= segment->columns ||
        !derived_within(segment, derivation->source, depth - 1)) {
      return false;
    }
  }
  return true;
}

static int open_slot(Segment *segment, uint32_t column) {
  Slot *slot = &segment->slots[column];
  SlotHeader *header = &slot->header;
  memcpy(header, segment->bytes + sizeof(SegmentHeader) + column * sizeof *header, sizeof *header);
  if (!slot_header_fits(header, segment)) return SQLITE_CORRUPT;
  bool keyed = header->encoding != SLOT_DICTIONARY;
  if (!value_list_open(&slot->list, segment->bytes + header->list_offset, header->list_size,
                       keyed)) {
    return SQLITE_CORRUPT;
  }
  if (header->encoding == SLOT_BLOCKS) {
    slot->bases = segment->bytes + header->section_offset;
    return header->section_size == slot_blocks_size(segment->rows) ? SQLITE_OK : SQLITE_CORRUPT;
  }
  if (header->section_size == 0) {
    return slot_has_strings(header) ? SQLITE_CORRUPT : SQLITE_OK;
  }
  int rc = text_open(&slot->text, segment->bytes + header->section_offset, header->section_size,
                     slot->codec);
  if (rc == SQLITE_OK && slot_has_strings(header) && slot->text.count != segment->rows) {
    rc = SQLITE_CORRUPT;
  }
  return rc;
}

static int open_slots(Segment *segment, const SegmentHeader *header) {
  if (!rowids_open(&segment->rowids, &header->rowids, header->rows,
                   segment->bytes + header->rowids.offset)) {
    return SQLITE_CORRUPT;
  }
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < segment->columns && rc == SQLITE_OK; i++) rc = open_slot(segment, i);
  for (uint32_t i = 0; i < segment->columns && rc == SQLITE_OK; i++) {
    if (!derived_within(segment, i, DERIVE_DEPTH)) rc = SQLITE_CORRUPT;
  }
  return rc;
}

static Segment *allocate_segment(uint32_t columns) {
  size_t size = sizeof(Segment) + (columns - 1) * sizeof(Slot);
  Segment *segment = sqlite_zeros(size);
  if (segment == NULL) return NULL;
  segment->references = 1;
  segment->columns = columns;
  return segment;
}

/* Takes the header's figures over. */
static void set_bytes(Segment *segment, const SegmentHeader *header, const unsigned char *bytes) {
  segment->rows = header->rows;
  segment->stride = header->stride;
  segment->first = header->rowids.first;
  segment->last = header->rowids.last;
  segment->payload = header->payload;
  segment->size = header->size;
  segment->structs = bytes + header->structs;
  segment->bytes = bytes;
}

int segment_open(unsigned char *bytes, size_t size, TextCodec **codecs, uint32_t columns,
                 Segment **segment) {
  SegmentHeader header = {0};
  int rc = SQLITE_CORRUPT;
  *segment = NULL;
  if (size >= sizeof header) memcpy(&header, bytes, sizeof header);
  if (header_fits(&header, size) && header.columns == columns) {
    *segment = allocate_segment(columns);
    rc = *segment == NULL ? SQLITE_NOMEM : SQLITE_OK;
  }
  if (rc != SQLITE_OK) {
    for (uint32_t i = 0; i < columns; i++) text_codec_release(codecs[i]);
    sqlite3_free(bytes);
    return rc;
  }
  set_bytes(*segment, &header, bytes);
  for (uint32_t i = 0; i < columns; i++) (*segment)->slots[i].codec = codecs[i];
  rc = open_slots(*segment, &header);
  if (rc != SQLITE_OK) {
    segment_release(*segment);
    *segment = NULL;
  }
  return rc;
}

/* ---- lent bytes ------------------------------------------------------------ */

int segment_lend(Lender *lender, const SegmentOutline *outline, Segment **segment) {
  Segment *lent = allocate_segment(outline->columns);
  *segment = lent;
  if (lent == NULL) return SQLITE_NOMEM;
  lent->lender = lender_retain(lender);
  lent->section = outline->section;
  lent->codec_sections = outline->codec_sections;
  lent->rows = outline->rows;
  lent->first = outline->first;
  lent->last = outline->last;
  return SQLITE_OK;
}

static void forget_codecs(Segment *segment) {
  for (uint32_t i = 0; i < segment->columns; i++) {
    Slot *slot = &segment->slots[i];
    text_codec_release(slot->codec);
    lender_release(slot->codec_lender);
    slot->codec = NULL;
    slot->codec_lender = NULL;
  }
}

static int borrow_codecs(Segment *segment) {
  Lender *lender = segment->lender;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < segment->columns && rc == SQLITE_OK; i++) {
    rc = lender->methods->codec(lender, segment->codec_sections[i], &segment->slots[i].codec);
  }
  return rc;
}

/* The header must say what the outline said, on which others rely already. */
static bool outline_fits(const Segment *segment, const SegmentHeader *header) {
  return header->rows == segment->rows && header->columns == segment->columns &&
         header->rowids.first == segment->first && header->rowids.last == segment->last;
}

int segment_load(Segment *segment) {
  SegmentHeader header = {0};
  const unsigned char *bytes = NULL;
  size_t size = 0;
  int rc = segment->lender->methods->section(segment->lender, segment->section, &bytes, &size);
  if (rc != SQLITE_OK) return rc;
  if (size >= sizeof header) memcpy(&header, bytes, sizeof header);
  if (!header_fits(&header, size) || !outline_fits(segment, &header)) return SQLITE_CORRUPT;
  rc = borrow_codecs(segment);
  if (rc == SQLITE_OK) {
    set_bytes(segment, &header, bytes);
    rc = open_slots(segment, &header);
  }
  if (rc == SQLITE_OK && !rowids_ascend(&segment->rowids)) rc = SQLITE_CORRUPT;
  if (rc != SQLITE_OK) {
    segment->bytes = NULL;
    forget_codecs(segment);
  }
  return rc;
}

/* ---- references -------------------------------------------------------------- */

Segment *segment_retain(Segment *segment) {
  segment->references++;
  return segment;
}

void merged_order_release(MergedOrder *merged) {
  if (merged != NULL && --merged->references == 0) sqlite3_free(merged);
}

void segment_leave_merged(Segment *segment, uint32_t column) {
  MergedOrder *merged = segment->orders[column].merged;
  for (uint32_t i = 0; merged != NULL && i < merged->part_count; i++) {
    merged->segments[i]->orders[column].merged = NULL;
  }
  merged_order_release(merged);
}

static void forget_orders(Segment *segment) {
  for (uint32_t i = 0; segment->orders != NULL && i < SEGMENT_ORDERS * segment->columns; i++) {
    segment_leave_merged(segment, i);
    sqlite3_free(segment->orders[i].bytes);
  }
  sqlite3_free(segment->orders);
  sqlite3_free(segment->numerals);
}

void segment_release(Segment *segment) {
  if (segment == NULL || --segment->references > 0) return;
  forget_codecs(segment);
  forget_orders(segment);
  if (segment->lender == NULL) sqlite3_free((void *)(uintptr_t)segment->bytes);
  lender_release(segment->lender);
  sqlite3_free(segment);
}

/* ---- reading -------------------------------------------------------------- */

uint64_t segment_code(const Segment *segment, uint32_t row, uint32_t column) {
  const SlotHeader *header = &segment->slots[column].header;
  if (header->width == 0) return 0;
  uint64_t at = (uint64_t)row * segment->stride + header->bit_offset + header->flagged;
  return bits_get(segment->structs, at, header->width);
}

bool segment_has_code(const Segment *segment, uint32_t row, uint32_t column) {
  const SlotHeader *header = &segment->slots[column].header;
  switch (header->encoding) {
  case SLOT_INTEGER:
  case SLOT_DECIMAL:
  case SLOT_REAL:
  case SLOT_DICTIONARY:
    return !segment_is_flagged(segment, header, row);
  default:
    return false;
  }
}

/* The row whose derived text is read. */
typedef struct SourceRow {
  const Segment *segment;
  uint32_t row;
  Buffer *scratch;
} SourceRow;

static int fetch_source(void *context, uint32_t column, Value *value) {
  const SourceRow *source = context;
  return segment_value(source->segment, source->row, column, source->scratch, value);
}

static int read_derived(const Segment *segment, const Slot *slot, uint32_t row, Buffer *scratch) {
  Buffer rest = {0}, text = {0};
  DeriveMarks marks;
  SourceRow source = {.segment = segment, .row = row, .scratch = &text};
  DeriveSources sources = {.fetch = fetch_source, .context = &source};
  int rc = text_read(&slot->text, row, NULL, &rest);
  if (rc == SQLITE_OK) {
    derive_find_marks(rest.bytes, (uint32_t)rest.size, slot->header.derivations,
                      slot->header.derivation_count, &marks);
    rc = derive_expand(rest.bytes, (uint32_t)rest.size, &marks, &sources, scratch);
  }
  buffer_clear(&rest);
  buffer_clear(&text);
  return rc;
}

static int read_text(const Segment *segment, const Slot *slot, uint32_t row, Buffer *scratch,
                     Value *value) {
  bool derived = slot->header.derivation_count > 0;
  int rc = derived ? read_derived(segment, slot, row, scratch)
                   : text_read(&slot->text, row, NULL, scratch);
  if (rc != SQLITE_OK) return rc;
  value->type = slot_text_type(&slot->header);
  value->bytes = scratch->bytes;
  value->size = (uint32_t)scratch->size;
  return SQLITE_OK;
}

static int read_numeral(const Slot *slot, uint32_t row, Buffer *scratch, Value *value) {
  int rc = text_read(&slot->text, row, NULL, scratch);
  return rc == SQLITE_OK ? slot_numeral_value(scratch->bytes, (uint32_t)scratch->size, value) : rc;
}

int segment_value(const Segment *segment, uint32_t row, uint32_t column, Buffer *scratch,
                  Value *value) {
  const Slot *slot = &segment->slots[column];
  const SlotHeader *header = &slot->header;
  if (segment_is_flagged(segment, header, row)) {
    *value = value_list_find(&slot->list, row);
    return SQLITE_OK;
  }
  uint64_t code = segment_code(segment, row, column);
  *value = (Value){.type = header->type};
  switch (header->encoding) {
  case SLOT_RUN:
  case SLOT_INTEGER:
    value->type = VALUE_INTEGER;
    value->integer = slot_integer_read(header, row, code);
    return SQLITE_OK;
  case SLOT_BLOCKS:
    value->type = VALUE_INTEGER;
    value->integer = slot_blocks_read(slot, row, code);
    return SQLITE_OK;
  case SLOT_DECIMAL:
  case SLOT_REAL:
    value->type = VALUE_REAL;
    value->real = slot_real_read(header, code);
    return SQLITE_OK;
  case SLOT_DICTIONARY:
    return slot_dictionary_read(slot, code, scratch, value);
  case SLOT_NUMERAL:
    return read_numeral(slot, row, scratch, value);
  default:
    return read_text(segment, slot, row, scratch, value);
  }
}

uint64_t segment_memory(const Segment *segment) {
  uint64_t bytes =
      segment->lender != NULL ? segment->size : sqlite3_msize((void *)(uintptr_t)segment->bytes);
  return bytes + sqlite3_msize((void *)(uintptr_t)segment);
}

uint64_t segment_orders_memory(const Segment *segment) {
  uint64_t bytes = segment->orders == NULL ? 0 : sqlite3_msize(segment->orders);
  if (segment->numerals != NULL) bytes += sqlite3_msize(segment->numerals);
  for (uint32_t i = 0; segment->orders != NULL && i < SEGMENT_ORDERS * segment->columns; i++) {
    const SegmentOrder *order = &segment->orders[i];
    if (order->bytes != NULL) bytes += sqlite3_msize(order->bytes);
    if (order->merged != NULL) bytes += sqlite3_msize(order->merged) / order->merged->part_count;
  }
  return bytes;
}
