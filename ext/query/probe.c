/*
** probe.c: see probe.h. What is decided for a whole segment; probe_rows.c tests its rows.
*/
#include "probe.h"

#include <string.h>

#include "base/integers.h"
#include "segment/slot_blocks.h"
#include "segment/slot_dictionary.h"
#include "segment/slot_integer.h"
#include "segment/slot_real.h"
#include "base/sqlite.h"

static bool is_comparison(const Predicate *predicate) {
  return predicate->as <= PREDICATE_BELOW_EQUAL;
}

static Comparison comparison_of(const Predicate *predicate) { return (Comparison)predicate->as; }

/* ---- for the whole segment ------------------------------------------------------- */

/* Codes low .. high of a slot whose codes go up to `most`. */
static void take_codes(Probe *probe, uint64_t low, uint64_t high, uint64_t most) {
  if (low > high || low > most) {
    probe->kind = PROBE_NONE;
    return;
  }
  if (high > most) high = most;
  probe->kind = low == 0 && high == most ? PROBE_ALL : PROBE_CODES;
  probe->low = low;
  probe->span = high - low;
}

/* Codes of a frame up to `most`. */
static void prepare_frame(Probe *probe, const SlotHeader *header, uint64_t most) {
  IntegerInterval interval =
      interval_of_integers(comparison_of(probe->predicate), &probe->predicate->values[0]);
  uint64_t step = header->step == 0 ? 1 : header->step, low = 0;
  if (interval.lower > interval.upper || interval.upper < header->base) {
    probe->kind = PROBE_NONE;
    return;
  }
  if (interval.lower > header->base) {
    uint64_t distance = integer_distance(header->base, interval.lower);
    low = distance / step + (distance % step != 0);
  }
  take_codes(probe, low, integer_distance(header->base, interval.upper) / step, most);
}

/* The first code from 0 to `most` whose real is not below (or is above) a bound; most + 1: none. */
static uint64_t first_code(const SlotHeader *header, uint64_t most, double bound, bool above) {
  uint64_t low = 0, high = most + 1;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    double real = slot_real_read(header, middle);
    if (above ? real > bound : real >= bound) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

static void prepare_reals(Probe *probe, const SlotHeader *header) {
  probe->reals = interval_of_reals(comparison_of(probe->predicate), &probe->predicate->values[0]);
  probe->kind = probe->reals.lower > probe->reals.upper ? PROBE_NONE : PROBE_REALS;
  /* The reals of codes ascend, the codes of decimals being less than 2^53. */
  if (header->encoding != SLOT_DECIMAL || header->width > 53 || probe->kind == PROBE_NONE) return;
  uint64_t most = bits_mask(header->width);
  uint64_t low = first_code(header, most, probe->reals.lower, false);
  uint64_t behind = first_code(header, most, probe->reals.upper, true);
  if (behind == 0) {
    probe->kind = PROBE_NONE;
  } else {
    take_codes(probe, low, behind - 1, most);
  }
}

static void prepare_run(Probe *probe, const Segment *segment, const SlotHeader *header) {
  IntegerInterval interval =
      interval_of_integers(comparison_of(probe->predicate), &probe->predicate->values[0]);
  int64_t last = slot_integer_read(header, segment->rows - 1, 0);
  probe->kind = PROBE_RUN;
  if (interval.lower > interval.upper) probe->kind = PROBE_NONE;
  probe->low = (uint64_t)interval.lower;
  probe->span = integer_distance(interval.lower, interval.upper);
  /* Ascending by steps that cannot wrap around: the first and last integer bound the others. */
  uint64_t room = integer_distance(header->base, INT64_MAX);
  if (last < header->base || (header->step != 0 && room / header->step < segment->rows - 1)) return;
  if (last < interval.lower || header->base > interval.upper) probe->kind = PROBE_NONE;
  if (header->base >= interval.lower && last <= interval.upper) probe->kind = PROBE_ALL;
}

static void set_bit(unsigned char *set, uint64_t bit) {
  set[bit / 8] = (unsigned char)(set[bit / 8] | 1u << bit % 8);
}

static int empty_set(Probe *probe, unsigned width) {
  probe->set.size = 0;
  probe->kind = PROBE_SET;
  return buffer_append_zeros(&probe->set, ((size_t)1 << width) / 8 + 1);
}

/* The text entries, which follow the others. */
static int test_text_entries(Probe *probe, const Slot *slot) {
  TextBatch batch = {0};
  TextExpansion expansion = {0};
  uint32_t others = slot->list.count, texts = slot->header.section_size == 0 ? 0 : slot->text.count;
  uint64_t most = bits_mask(slot->header.width);
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < texts && (uint64_t)others + i <= most && rc == SQLITE_OK; i++) {
    if (i % TEXT_BATCH_ROWS == 0) {
      uint32_t count = texts - i < TEXT_BATCH_ROWS ? texts - i : TEXT_BATCH_ROWS;
      rc = text_read_batch(&slot->text, i, count, &expansion, &batch);
      if (rc != SQLITE_OK) break;
    }
    uint32_t at = i % TEXT_BATCH_ROWS;
    Value value = {.type = VALUE_TEXT,
                   .bytes = batch.text.bytes + batch.start[at],
                   .size = batch.start[at + 1] - batch.start[at] - 1};
    if (predicate_passes(probe->predicate, &value)) set_bit(probe->set.bytes, (uint64_t)others + i);
  }
  text_batch_clear(&batch);
  text_expansion_clear(&expansion);
  return rc;
}

static int test_entries(Probe *probe, const Slot *slot) {
  uint64_t most = bits_mask(slot->header.width);
  for (uint32_t i = 0; i < slot->list.count && i <= most; i++) {
    Value value = value_list_get(&slot->list, i);
    if (predicate_passes(probe->predicate, &value)) set_bit(probe->set.bytes, i);
  }
  return test_text_entries(probe, slot);
}

/* A predicate that passes no entry, or all, need not look at the codes. */
static void simplify_set(Probe *probe, const Slot *slot) {
  uint64_t entries = (uint64_t)slot->list.count + slot->text.count, passing = 0;
  for (size_t i = 0; i < probe->set.size; i++) passing += bits_count(probe->set.bytes[i]);
  if (passing == 0) probe->kind = PROBE_NONE;
  if (passing == entries) probe->kind = PROBE_ALL;
}

static int prepare_dictionary(Probe *probe, const Slot *slot) {
  if (slot->header.width > PROBE_SET_BITS) {
    probe->kind = PROBE_EACH;
    return SQLITE_OK;
  }
  int rc = empty_set(probe, slot->header.width);
  if (rc == SQLITE_OK) rc = test_entries(probe, slot);
  if (rc == SQLITE_OK) simplify_set(probe, slot);
  return rc;
}

/* The codes of a frame up to `most`, or what blocks count, that have the value; else false. */
static bool codes_of_value(const SlotHeader *header, uint64_t most, const Value *value,
                           uint64_t *first, uint64_t *last) {
  if (header->encoding == SLOT_DECIMAL) {
    RealInterval one = interval_of_reals(COMPARE_EQUAL, value);
    if (one.lower > one.upper) return false;
    *first = first_code(header, most, one.lower, false);
    *last = *first;
    while (*last < most && slot_real_read(header, *last + 1) <= one.upper) ++*last;
    return *first <= most && slot_real_read(header, *first) <= one.upper;
  }
  IntegerInterval one = interval_of_integers(COMPARE_EQUAL, value);
  if (one.lower > one.upper || one.lower < header->base) return false;
  uint64_t distance = integer_distance(header->base, one.lower);
  uint64_t step = header->step == 0 ? 1 : header->step;
  *first = *last = distance / step;
  return distance % step == 0 && *first <= most;
}

static int add_listed(Probe *probe, uint64_t code) {
  unsigned char bytes[8];
  store_u64(bytes, code);
  set_bit(probe->set.bytes, code & bits_mask(PROBE_SET_BITS));
  return probe->kind == PROBE_SET ? SQLITE_OK : buffer_append(&probe->listed, bytes, sizeof bytes);
}

/* IN on packed numbers: a bit for each code that is listed, or for its last bits. */
static int prepare_list(Probe *probe, const Segment *segment, const Slot *slot) {
  const SlotHeader *header = &slot->header;
  bool blocks = header->encoding == SLOT_BLOCKS, any = false;
  bool decimals = header->encoding == SLOT_DECIMAL && header->width <= 53; /* they ascend */
  if (header->encoding != SLOT_INTEGER && !blocks && !decimals) {
    probe->kind = PROBE_EACH;
    return SQLITE_OK;
  }
  uint64_t most = blocks ? slot_blocks_most(slot, segment->rows) : bits_mask(header->width);
  bool narrow = !blocks && header->width <= PROBE_SET_BITS;
  int rc = empty_set(probe, narrow ? header->width : PROBE_SET_BITS);
  probe->kind = narrow ? PROBE_SET : PROBE_LISTED;
  probe->listed.size = 0;
  for (uint32_t i = 0; i < probe->predicate->count && rc == SQLITE_OK; i++) {
    uint64_t code, last;
    if (!codes_of_value(header, most, &probe->predicate->values[i], &code, &last)) continue;
    rc = add_listed(probe, code);
    while (code < last && rc == SQLITE_OK) rc = add_listed(probe, ++code);
    any = true;
  }
  if (!any) probe->kind = PROBE_NONE;
  return rc;
}

bool probe_pattern(const Predicate *predicate, const SlotHeader *header, Pattern *pattern) {
  if (predicate->as == PREDICATE_LIKE || predicate->as == PREDICATE_GLOB) {
    *pattern = predicate->pattern;
    return true;
  }
  if (predicate->as != PREDICATE_EQUAL || predicate->collation == COLLATION_RTRIM) return false;
  const Value *value = &predicate->values[0];
  if (value->type != header->type) return false;
  pattern_equal(value->bytes, value->size,
                value->type == VALUE_TEXT && predicate->collation == COLLATION_NOCASE, pattern);
  return true;
}

static int prepare_text(Probe *probe, const Slot *slot) {
  const Predicate *predicate = probe->predicate;
  Pattern pattern;
  /* Core does not look again at what is exact, so none may pass that does not. */
  if (predicate_is_exact(predicate->op, predicate->affinity)) {
    probe->kind = PROBE_EACH;
    return SQLITE_OK;
  }
  /* A range of texts would take decoding every text: core decodes the wanted ones anyway. */
  bool range = is_comparison(predicate) && predicate->as != PREDICATE_EQUAL;
  bool passes = slot->header.type == VALUE_BLOB ? predicate->blob_passes : predicate->text_passes;
  if (range || passes) {
    probe->kind = PROBE_ALL;
    return SQLITE_OK;
  }
  if (predicate->as == PREDICATE_EQUAL && predicate->values[0].type != slot->header.type) {
    bool numerals = slot->header.type == VALUE_TEXT && predicate->numeral_passes;
    probe->kind = numerals ? PROBE_EACH : PROBE_NONE;
    return SQLITE_OK;
  }
  probe->kind = PROBE_EACH;
  if (!probe_pattern(predicate, &slot->header, &pattern)) return SQLITE_OK;
  if (pattern_finds_all(&pattern)) {
    probe->kind = PROBE_ALL;
    return SQLITE_OK;
  }
  if (slot->header.derivation_count > 0) return SQLITE_OK;
  probe->kind = PROBE_TEXT;
  return pattern_matcher_keep(&probe->texts, &pattern);
}

static bool exception_passes(const Probe *probe, const Slot *slot) {
  bool passes = false;
  if (!slot->header.flagged || slot->header.encoding == SLOT_DICTIONARY) return false;
  for (uint32_t i = 0; i < slot->list.count && !passes; i++) {
    Value value = value_list_get(&slot->list, i);
    passes = predicate_passes(probe->predicate, &value);
  }
  return passes;
}

/* A slot of packed numbers, by an operator other than IN. */
static void prepare_packed(Probe *probe, const Segment *segment, const Slot *slot) {
  SlotEncoding encoding = (SlotEncoding)slot->header.encoding;
  if (!is_comparison(probe->predicate)) {
    probe->kind = PROBE_ALL; /* LIKE on a number */
  } else if (encoding == SLOT_RUN) {
    prepare_run(probe, segment, &slot->header);
  } else if (encoding == SLOT_INTEGER) {
    prepare_frame(probe, &slot->header, bits_mask(slot->header.width));
  } else if (encoding == SLOT_BLOCKS) {
    prepare_frame(probe, &slot->header, slot_blocks_most(slot, segment->rows));
    if (probe->kind == PROBE_CODES) probe->kind = PROBE_BLOCKS;
  } else if (encoding == SLOT_REAL && probe->predicate->infinity_passes) {
    probe->kind = PROBE_EACH;
  } else {
    prepare_reals(probe, &slot->header);
  }
}

static int prepare_values(Probe *probe, const Segment *segment, const Slot *slot) {
  const Predicate *predicate = probe->predicate;
  SlotEncoding encoding = (SlotEncoding)slot->header.encoding;
  if (predicate->all_pass) {
    probe->kind = PROBE_ALL;
    return SQLITE_OK;
  }
  if (encoding == SLOT_DICTIONARY) return prepare_dictionary(probe, slot);
  if (encoding == SLOT_NUMERAL) {
    probe->kind = PROBE_EACH; /* also for NULL, which has no flag */
    return SQLITE_OK;
  }
  if (predicate->as == PREDICATE_IS_NULL || predicate->as == PREDICATE_NOT_NULL) {
    probe->kind = predicate->as == PREDICATE_IS_NULL ? PROBE_NONE : PROBE_ALL;
    return SQLITE_OK;
  }
  if (predicate->count == 0) {
    probe->kind = PROBE_NONE;
    return SQLITE_OK;
  }
  if (encoding == SLOT_TEXT) return prepare_text(probe, slot);
  if (predicate->as == PREDICATE_IN) return prepare_list(probe, segment, slot);
  prepare_packed(probe, segment, slot);
  return SQLITE_OK;
}

int probe_prepare(Probe *probe, const Segment *segment) {
  const Slot *slot = &segment->slots[probe->predicate->column];
  const Value null = {.type = VALUE_NULL};
  probe->nulls = slot->header.flagged && predicate_passes(probe->predicate, &null);
  probe->exceptions = exception_passes(probe, slot);
  probe->read = probe->passed = 0;
  return prepare_values(probe, segment, slot);
}

bool probe_is_possible(const Probe *probe) {
  return probe->kind != PROBE_NONE || probe->nulls || probe->exceptions;
}

void probe_clear(Probe *probe) {
  pattern_matcher_clear(&probe->texts);
  buffer_clear(&probe->set);
  buffer_clear(&probe->listed);
}
