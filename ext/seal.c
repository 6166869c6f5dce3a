/*
** seal.c: see seal.h.
*/
#include "seal.h"

#include "reader.h"
#include "slot_dictionary.h"
#include "slot_integer.h"
#include "slot_real.h"
#include "slot_text.h"
#include "sqlite.h"

/* Below this share of distinct values a dictionary wins over coding each text. */
#define FEW_DISTINCT 64

typedef struct Sealer {
  const SealRow *rows;
  uint32_t count;
  uint32_t columns;
  TextProfile profile;
  ColumnCodecs *codecs;
  Draft *drafts;    /* one a column */
  Value *values;    /* of the current column */
  Buffer text;      /* text of the current column that had to be decoded */
  Reader reader;
  uint64_t payload;
} Sealer;

void column_codecs_clear(ColumnCodecs *codecs, uint32_t columns) {
  for (uint32_t i = 0; i < columns; i++) {
    text_codec_release(codecs[i].text);
    text_codec_release(codecs[i].dictionary);
    codecs[i] = (ColumnCodecs){0};
  }
}

/* ---- gathering ------------------------------------------------------------ */

static bool has_bytes(const Value *value) {
  return value->type == VALUE_TEXT || value->type == VALUE_BLOB;
}

/*
** A value out of a segment: its bytes are copied to sealer->text, which moves
** as it grows, so value->integer holds their offset until all are gathered.
*/
static int gather_sealed(Sealer *sealer, const SealRow *row, uint32_t column, Value *value) {
  int rc = reader_value(&sealer->reader, row->segment, row->row, column, value);
  if (rc != SQLITE_OK || !has_bytes(value)) return rc;
  const unsigned char *bytes = value->bytes;
  value->integer = (int64_t)sealer->text.size;
  return buffer_append(&sealer->text, bytes, value->size);
}

static int gather_values(Sealer *sealer, uint32_t column) {
  int rc = SQLITE_OK;
  sealer->text.size = 0;
  for (uint32_t i = 0; i < sealer->count && rc == SQLITE_OK; i++) {
    const SealRow *row = &sealer->rows[i];
    if (row->open != NULL) {
      sealer->values[i] = row_value(row->open, (int)sealer->columns, (int)column);
    } else {
      rc = gather_sealed(sealer, row, column, &sealer->values[i]);
    }
  }
  for (uint32_t i = 0; i < sealer->count && rc == SQLITE_OK; i++) {
    Value *value = &sealer->values[i];
    if (sealer->rows[i].open != NULL || !has_bytes(value)) continue;
    value->bytes = value->size == 0 ? NULL : sealer->text.bytes + value->integer;
  }
  return rc;
}

/* ---- choosing ------------------------------------------------------------- */

static Column describe_column(const Sealer *sealer) {
  Column column = {.values = sealer->values, .rows = sealer->count, .profile = sealer->profile};
  for (uint32_t i = 0; i < sealer->count; i++) {
    const Value *value = &sealer->values[i];
    column.counts[value->type]++;
    if (has_bytes(value)) {
      column.payload += value->size;
    } else if (value->type != VALUE_NULL) {
      column.payload += 8;
    }
  }
  return column;
}

static ValueType most_frequent_type(const Column *column) {
  ValueType type = VALUE_NULL;
  uint32_t count = 0;
  for (ValueType i = VALUE_INTEGER; i < VALUE_TYPES; i++) {
    if (column->counts[i] > count) {
      type = i;
      count = column->counts[i];
    }
  }
  return type;
}

static int draft_typed(const Column *column, ValueType type, TextCodec *codec, Draft *draft) {
  switch (type) {
  case VALUE_INTEGER:
    return slot_integer_draft(column, draft);
  case VALUE_REAL:
    return slot_real_draft(column, draft);
  default:
    draft->codec = text_codec_retain(codec);
    return slot_text_draft(column, type, draft);
  }
}

static void keep_codec(TextCodec **kept, TextCodec *codec) {
  if (codec == NULL) return;
  TextCodec *before = *kept;
  *kept = text_codec_retain(codec);
  text_codec_release(before);
}

/* The smaller of a dictionary and the encoding of the most frequent type. */
static int choose_draft(const Column *column, ColumnCodecs *codecs, Draft *chosen) {
  ValueType type = most_frequent_type(column);
  bool is_text = type == VALUE_TEXT || type == VALUE_BLOB;
  bool fits = false;
  Draft dictionary = {.codec = text_codec_retain(codecs->dictionary)}, typed = {0};
  uint32_t limit = column->rows / (is_text ? 2 : 4) + 1;
  int rc = slot_dictionary_draft(column, limit, &dictionary, &fits);
  bool few = fits && (type == VALUE_NULL ||
                      (is_text && dictionary.header.distinct <= column->rows / FEW_DISTINCT));
  if (rc == SQLITE_OK && !few) rc = draft_typed(column, type, codecs->text, &typed);
  bool take_dictionary = few || (fits && draft_cost(&dictionary, column->rows) <=
                                             draft_cost(&typed, column->rows));
  Draft *best = take_dictionary ? &dictionary : &typed;
  if (rc == SQLITE_OK) {
    keep_codec(take_dictionary ? &codecs->dictionary : &codecs->text, best->codec);
    *chosen = *best;
    *best = (Draft){0};
  }
  draft_clear(&dictionary);
  draft_clear(&typed);
  return rc;
}

/* ---- writing -------------------------------------------------------------- */

static uint32_t lay_out(Sealer *sealer) {
  uint32_t stride = 0;
  for (uint32_t i = 0; i < sealer->columns; i++) {
    SlotHeader *header = &sealer->drafts[i].header;
    header->bit_offset = stride;
    header->source = SLOT_NO_SOURCE;
    stride += (uint32_t)header->width + header->flagged;
  }
  return stride;
}

static void write_structs(const Sealer *sealer, unsigned char *structs, uint32_t stride) {
  for (uint32_t i = 0; i < sealer->columns; i++) {
    const Draft *draft = &sealer->drafts[i];
    const SlotHeader *header = &draft->header;
    for (uint32_t row = 0; row < sealer->count; row++) {
      uint64_t at = (uint64_t)row * stride + header->bit_offset;
      bool flagged = draft_is_flagged(draft, row);
      if (header->flagged) bits_put(structs, at++, 1, flagged);
      if (draft->codes != NULL) bits_put(structs, at, header->width, draft->codes[row]);
    }
  }
}

static int append_section(Buffer *out, const Buffer *section, uint32_t *offset, uint32_t *size) {
  int rc = buffer_align(out, 8);
  *offset = (uint32_t)out->size;
  *size = (uint32_t)section->size;
  return rc == SQLITE_OK ? buffer_append(out, section->bytes, section->size) : rc;
}

static int append_rowids(const Sealer *sealer, RowidHeader *header, Buffer *out) {
  int64_t *rowids = sqlite3_malloc64((uint64_t)sealer->count * sizeof *rowids);
  if (rowids == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < sealer->count; i++) rowids[i] = sealer->rows[i].rowid;
  int rc = buffer_align(out, 8);
  if (rc == SQLITE_OK) rc = rowids_encode(rowids, sealer->count, header, out);
  sqlite3_free(rowids);
  return rc;
}

static int write_segment(Sealer *sealer, Buffer *out) {
  SegmentHeader header = {.magic = SEGMENT_MAGIC,
                          .rows = sealer->count,
                          .columns = sealer->columns,
                          .stride = lay_out(sealer),
                          .payload = sealer->payload};
  uint64_t structs_size = ((uint64_t)header.rows * header.stride + 7) / 8 + BITS_PADDING;
  size_t headers_size = sizeof header + sealer->columns * sizeof(SlotHeader);
  if (structs_size > BUFFER_LIMIT) return SQLITE_TOOBIG;
  header.structs = (uint32_t)headers_size;
  header.structs_size = (uint32_t)structs_size;
  int rc = buffer_append_zeros(out, headers_size);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(out, (size_t)structs_size);
  if (rc == SQLITE_OK) write_structs(sealer, out->bytes + headers_size, header.stride);
  if (rc == SQLITE_OK) rc = append_rowids(sealer, &header.rowids, out);
  for (uint32_t i = 0; i < sealer->columns && rc == SQLITE_OK; i++) {
    Draft *draft = &sealer->drafts[i];
    SlotHeader *slot = &draft->header;
    rc = append_section(out, &draft->section, &slot->section_offset, &slot->section_size);
    if (rc == SQLITE_OK) rc = append_section(out, &draft->list, &slot->list_offset, &slot->list_size);
    if (rc == SQLITE_OK) {
      memcpy(out->bytes + sizeof header + i * sizeof *slot, slot, sizeof *slot);
    }
  }
  if (rc != SQLITE_OK) return rc;
  header.size = (uint32_t)out->size;
  memcpy(out->bytes, &header, sizeof header);
  return SQLITE_OK;
}

/* Hands the drafts' codecs and the bytes over to a Segment. */
static int open_written(Sealer *sealer, Buffer *out, Segment **segment) {
  TextCodec **codecs = sqlite3_malloc64(sealer->columns * sizeof(TextCodec *));
  if (codecs == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < sealer->columns; i++) {
    codecs[i] = sealer->drafts[i].codec;
    sealer->drafts[i].codec = NULL;
  }
  buffer_trim(out);
  int rc = segment_open(out->bytes, out->size, codecs, sealer->columns, segment);
  *out = (Buffer){0};
  sqlite3_free(codecs);
  return rc;
}

static int draft_columns(Sealer *sealer) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < sealer->columns && rc == SQLITE_OK; i++) {
    rc = gather_values(sealer, i);
    if (rc != SQLITE_OK) break;
    Column column = describe_column(sealer);
    rc = choose_draft(&column, &sealer->codecs[i], &sealer->drafts[i]);
    sealer->drafts[i].header.payload = column.payload;
    sealer->payload += column.payload;
  }
  return rc;
}

int seal_rows(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
              ColumnCodecs *codecs, Segment **segment) {
  Buffer out = {0};
  Sealer sealer = {
      .rows = rows, .count = count, .columns = columns, .profile = profile, .codecs = codecs};
  int rc = SQLITE_NOMEM;
  *segment = NULL;
  sealer.drafts = sqlite3_malloc64(columns * sizeof(Draft));
  sealer.values = sqlite3_malloc64(count * sizeof(Value));
  if (sealer.drafts != NULL) memset(sealer.drafts, 0, columns * sizeof(Draft));
  if (sealer.drafts == NULL || sealer.values == NULL) goto done;
  rc = reader_open(&sealer.reader, columns);
  if (rc != SQLITE_OK) goto done;
  rc = draft_columns(&sealer);
  /* What the drafts were made from is not needed while they are written. */
  sqlite3_free(sealer.values);
  sealer.values = NULL;
  buffer_clear(&sealer.text);
  if (rc == SQLITE_OK) rc = write_segment(&sealer, &out);
  if (rc == SQLITE_OK) rc = open_written(&sealer, &out, segment);
done:
  reader_close(&sealer.reader);
  for (uint32_t i = 0; sealer.drafts != NULL && i < columns; i++) draft_clear(&sealer.drafts[i]);
  sqlite3_free(sealer.values);
  sqlite3_free(sealer.drafts);
  buffer_clear(&sealer.text);
  buffer_clear(&out);
  return rc;
}
