/*
** probe_rows.c: see probe.h. Tests rows by a probe that is ready for their segment.
*/
#include "probe.h"
#include "segment/slot_blocks.h"
#include "segment/slot_integer.h"
#include "segment/slot_real.h"
#include "base/sqlite.h"

#define FEW_TEXTS 8    /* so few are read and compared one by one */
#define READ_LEAST 256 /* rows that tell whether it pays to read them */

/* ---- packed bits ------------------------------------------------------------------ */

/* A field of the packed structs, row after row. */
typedef struct Fields {
  const unsigned char *structs;
  uint64_t at; /* bit offset of the next row's */
  uint32_t stride;
  unsigned width;
} Fields;

static Fields codes_from(const Segment *segment, const SlotHeader *header, uint32_t row) {
  return (Fields){.structs = segment->structs,
                  .at = (uint64_t)row * segment->stride + header->bit_offset + header->flagged,
                  .stride = segment->stride,
                  .width = header->width};
}

static Fields flags_from(const Segment *segment, const SlotHeader *header, uint32_t row) {
  return (Fields){.structs = segment->structs,
                  .at = (uint64_t)row * segment->stride + header->bit_offset,
                  .stride = segment->stride,
                  .width = 1};
}

static inline uint64_t next_field(Fields *fields) {
  uint64_t field = bits_get(fields->structs, fields->at, fields->width);
  fields->at += fields->stride;
  return field;
}

static uint64_t test_codes(const Probe *probe, Fields codes, uint32_t rows) {
  uint64_t word = 0, low = probe->low, span = probe->span;
  for (uint32_t i = 0; i < rows; i++) {
    word |= (uint64_t)(next_field(&codes) - low <= span) << i;
  }
  return word;
}

static uint64_t test_blocks(const Probe *probe, const Slot *slot, Fields codes, uint32_t row,
                            uint32_t rows) {
  uint64_t word = 0, low = probe->low, span = probe->span;
  for (uint32_t i = 0; i < rows; i++) {
    uint64_t units = slot_blocks_base(slot, row + i) + next_field(&codes);
    word |= (uint64_t)(units - low <= span) << i;
  }
  return word;
}

static uint64_t test_set(const Probe *probe, Fields codes, uint32_t rows) {
  uint64_t word = 0;
  const unsigned char *set = probe->set.bytes;
  for (uint32_t i = 0; i < rows; i++) {
    uint64_t code = next_field(&codes);
    word |= (uint64_t)(set[code / 8] >> code % 8 & 1) << i;
  }
  return word;
}

static bool is_listed(const Buffer *listed, uint64_t code) {
  size_t low = 0, high = listed->size / 8;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (load_u64(listed->bytes + 8 * middle) < code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < listed->size / 8 && load_u64(listed->bytes + 8 * low) == code;
}

static uint64_t test_listed(const Probe *probe, const Slot *slot, Fields codes, uint32_t row,
                            uint32_t rows) {
  uint64_t word = 0, counted[64];
  const unsigned char *set = probe->set.bytes;
  bool blocks = slot->header.encoding == SLOT_BLOCKS;
  for (uint32_t i = 0; i < rows; i++) {
    uint64_t code = next_field(&codes) + (blocks ? slot_blocks_base(slot, row + i) : 0);
    uint64_t bit = code & bits_mask(PROBE_SET_BITS);
    counted[i] = code;
    word |= (uint64_t)(set[bit / 8] >> bit % 8 & 1) << i;
  }
  for (uint64_t bits = word; bits != 0; bits &= bits - 1) {
    unsigned i = bits_lowest(bits);
    if (!is_listed(&probe->listed, counted[i])) word &= ~((uint64_t)1 << i);
  }
  return word;
}

static uint64_t test_reals(const Probe *probe, const SlotHeader *header, Fields codes,
                           uint32_t rows) {
  uint64_t word = 0;
  for (uint32_t i = 0; i < rows; i++) {
    double real = slot_real_read(header, next_field(&codes));
    word |= (uint64_t)(real >= probe->reals.lower && real <= probe->reals.upper) << i;
  }
  return word;
}

static uint64_t test_run(const Probe *probe, const SlotHeader *header, uint32_t row,
                         uint32_t rows) {
  uint64_t word = 0;
  for (uint32_t i = 0; i < rows; i++) {
    uint64_t integer = (uint64_t)slot_integer_read(header, row + i, 0);
    word |= (uint64_t)(integer - probe->low <= probe->span) << i;
  }
  return word;
}

/* ---- values ----------------------------------------------------------------------- */

/* Rows first + i, for the bits i of `asked`, read one by one. */
static int test_each(const Probe *probe, const Segment *segment, uint32_t first, uint64_t asked,
                     Reader *reader, uint64_t *word) {
  for (*word = 0; asked != 0; asked &= asked - 1) {
    unsigned bit = bits_lowest(asked);
    Value value;
    int rc = reader_value(reader, segment, first + bit, probe->predicate->column, &value);
    if (rc != SQLITE_OK) return rc;
    if (predicate_passes(probe->predicate, &value)) *word |= (uint64_t)1 << bit;
  }
  return SQLITE_OK;
}

/* Those of the flagged rows that pass. */
static uint64_t test_flagged(const Probe *probe, const Slot *slot, uint32_t first, uint64_t flags) {
  uint64_t word = 0;
  bool told_apart = probe->exceptions || (probe->nulls && slot->list.count > 0);
  if (!told_apart) return probe->nulls ? flags : 0;
  for (; flags != 0; flags &= flags - 1) {
    unsigned bit = bits_lowest(flags);
    Value value = value_list_find(&slot->list, first + bit);
    if (predicate_passes(probe->predicate, &value)) word |= (uint64_t)1 << bit;
  }
  return word;
}

uint64_t probe_flags(const Segment *segment, const SlotHeader *header, uint32_t first,
                     uint32_t rows) {
  uint64_t flags = 0;
  if (!header->flagged) return 0;
  Fields fields = flags_from(segment, header, first);
  for (uint32_t i = 0; i < rows; i++) flags |= next_field(&fields) << i;
  return flags;
}

/* Up to 64 rows by their packed bits, as if none were flagged. */
static uint64_t test_packed(const Probe *probe, const Segment *segment, const Slot *slot,
                            uint32_t first, uint32_t rows) {
  const SlotHeader *header = &slot->header;
  switch (probe->kind) {
  case PROBE_NONE:
    return 0;
  case PROBE_RUN:
    return test_run(probe, header, first, rows);
  case PROBE_CODES:
    return test_codes(probe, codes_from(segment, header, first), rows);
  case PROBE_BLOCKS:
    return test_blocks(probe, slot, codes_from(segment, header, first), first, rows);
  case PROBE_REALS:
    return test_reals(probe, header, codes_from(segment, header, first), rows);
  case PROBE_SET:
    return test_set(probe, codes_from(segment, header, first), rows);
  case PROBE_LISTED:
    return test_listed(probe, slot, codes_from(segment, header, first), first, rows);
  default:
    return UINT64_MAX;
  }
}

/* Rows that are read here are read by core again: not worth it where nearly all pass. */
static void note_passed(Probe *probe, uint64_t asked, uint64_t passing) {
  const Predicate *predicate = probe->predicate;
  probe->read += bits_count(asked);
  probe->passed += bits_count(passing);
  if (probe->read < READ_LEAST || probe->passed < probe->read - probe->read / 16) return;
  if (!predicate_is_exact(predicate->op, predicate->affinity)) probe->kind = PROBE_ALL;
}

/* ---- all of it -------------------------------------------------------------------- */

/* Strings as they are coded; few are read and compared one by one, which is quicker. */
static int match_texts(const Probe *probe, const Segment *segment, uint32_t first, uint32_t count,
                       Reader *reader, const uint64_t *bits, uint64_t *matched) {
  uint32_t asked = 0;
  int rc = SQLITE_OK;
  for (uint32_t k = 0; k < PROBE_WORDS; k++) asked += bits_count(bits[k]);
  if (asked > FEW_TEXTS) {
    return text_match(probe->texts.matcher, &segment->slots[probe->predicate->column].text, first,
                      count, matched);
  }
  for (uint32_t k = 0; k < PROBE_WORDS && rc == SQLITE_OK; k++) {
    rc = test_each(probe, segment, first + 64 * k, bits[k], reader, &matched[k]);
  }
  return rc;
}

int probe_test(Probe *probe, const Segment *segment, uint32_t first, uint32_t count, Reader *reader,
               uint64_t *bits) {
  const Slot *slot = &segment->slots[probe->predicate->column];
  uint64_t matched[PROBE_WORDS] = {0};
  int rc = SQLITE_OK;
  if (probe->kind == PROBE_ALL && !slot->header.flagged) return SQLITE_OK;
  if (probe->kind == PROBE_TEXT) {
    rc = match_texts(probe, segment, first, count, reader, bits, matched);
  }
  for (uint32_t at = 0; at < count && rc == SQLITE_OK; at += 64) {
    uint32_t rows = count - at < 64 ? count - at : 64;
    uint64_t *word = &bits[at / 64], passing = matched[at / 64];
    if (*word == 0) continue;
    if (probe->kind == PROBE_EACH) {
      rc = test_each(probe, segment, first + at, *word, reader, &passing);
      if (rc == SQLITE_OK) note_passed(probe, *word, passing);
    } else {
      uint64_t flags = probe_flags(segment, &slot->header, first + at, rows);
      if (probe->kind != PROBE_TEXT) {
        passing = test_packed(probe, segment, slot, first + at, rows);
      }
      if (flags != 0) {
        passing = (passing & ~flags) | test_flagged(probe, slot, first + at, flags & *word);
      }
    }
    *word &= passing;
  }
  return rc;
}
