/*
** layout.c: see layout.h.
*/
#include "layout.h"

#include <string.h>

#include "resolve.h"
#include "declare/declare.h"
#include "base/message.h"

/* One slot, added up over segments. */
typedef struct SlotSum {
  uint32_t segments;
  uint32_t rows;
  uint32_t bit_offset; /* of the first segment */
  uint32_t bit_width;  /* the widest */
  uint64_t fixed_bits;
  uint64_t distinct;
  uint64_t tokens;
  uint64_t codes;      /* bytes of text codes, of lists and of rowids */
  uint64_t offsets;    /* bytes that locate rows in them */
  uint64_t dictionary; /* bytes of codecs, and of a dictionary's entries */
  uint64_t payload;
  const char *encoding;
  const char *detail;
  bool several;           /* encodings */
  const TextCodec *codec; /* counted last: neighbours share it */
} SlotSum;

static const char *const names[SLOT_ENCODINGS] = {
    [SLOT_RUN] = "run",         [SLOT_INTEGER] = "integer",       [SLOT_DECIMAL] = "decimal",
    [SLOT_REAL] = "real",       [SLOT_DICTIONARY] = "dictionary", [SLOT_TEXT] = "text",
    [SLOT_NUMERAL] = "numeral", [SLOT_BLOCKS] = "integer"};

static void note_encoding(SlotSum *sum, const char *encoding, const char *detail) {
  if (sum->segments++ == 0) {
    sum->encoding = encoding;
    sum->detail = detail;
  } else if (strcmp(sum->encoding, encoding) != 0 || strcmp(sum->detail, detail) != 0) {
    sum->several = true;
  }
}

static void add_text(SlotSum *sum, const Slot *slot) {
  TextInfo info = {0};
  text_describe(&slot->text, &info);
  bool entries = slot->header.encoding == SLOT_DICTIONARY;
  note_encoding(sum, names[slot->header.encoding], info.encoding);
  if (entries) {
    sum->dictionary += slot->header.section_size;
  } else {
    sum->offsets += info.offset_bytes;
    sum->codes += slot->header.section_size - info.offset_bytes;
  }
  if (info.tokens > sum->tokens) sum->tokens = info.tokens;
  if (slot->codec != sum->codec) sum->dictionary += text_codec_memory(slot->codec);
  sum->codec = slot->codec;
}

static void add_slot(SlotSum *sum, const Segment *segment, uint32_t column) {
  const Slot *slot = &segment->slots[column];
  const SlotHeader *header = &slot->header;
  uint32_t width = (uint32_t)header->width + header->flagged;
  if (sum->segments == 0) sum->bit_offset = header->bit_offset;
  if (width > sum->bit_width) sum->bit_width = width;
  if (header->distinct > sum->distinct) sum->distinct = header->distinct;
  sum->fixed_bits += (uint64_t)width * segment->rows;
  sum->rows += segment->rows;
  sum->payload += header->payload;
  if (header->encoding == SLOT_DICTIONARY) {
    sum->dictionary += header->list_size;
  } else {
    sum->codes += header->list_size;
  }
  if (header->encoding == SLOT_BLOCKS) {
    sum->offsets += header->section_size;
    note_encoding(sum, names[header->encoding], "blocks");
  } else if (header->section_size > 0) {
    add_text(sum, slot);
  } else {
    note_encoding(sum, names[header->encoding], "");
  }
}

static void add_rowids(SlotSum *sum, const Segment *segment) {
  static const char *const encodings[] = {[ROWIDS_RUN] = "run",
                                          [ROWIDS_BITMAP] = "bitmap",
                                          [ROWIDS_PACKED] = "packed",
                                          [ROWIDS_RUNS] = "runs"};
  sum->rows += segment->rows;
  sum->codes += segment->rowids.header.size;
  sum->payload += (uint64_t)segment->rows * 8;
  note_encoding(sum, "rowid", encodings[segment->rowids.header.encoding]);
}

static Cell encoding_cell(const SlotSum *sum) {
  if (sum->segments == 0) return cell_text("open");
  const char *more = sum->several ? ", ..." : "";
  const char *space = sum->detail[0] == 0 ? "" : " ";
  return cell_made(sqlite3_mprintf("%s%s%s%s", sum->encoding, space, sum->detail, more));
}

static int report_slot(ReportRows *rows, const char *name, const char *type, const SlotSum *sum) {
  ReportRow *row = report_add(rows);
  if (row == NULL) return SQLITE_NOMEM;
  uint64_t bytes = (sum->fixed_bits + 7) / 8 + sum->codes + sum->offsets + sum->dictionary;
  Cell *cells = row->cells;
  cells[0] = cell_text(name);
  cells[1] = cell_text(type == NULL ? "" : type);
  cells[2] = cell_integer(sum->bit_offset);
  cells[3] = cell_integer(sum->bit_width);
  cells[4] = encoding_cell(sum);
  if (sum->distinct > 0) cells[5] = cell_integer(sum->distinct);
  if (sum->tokens > 0) cells[6] = cell_integer(sum->tokens);
  cells[7] = cell_integer(bytes);
  cells[8] = cell_integer((sum->fixed_bits + 7) / 8);
  cells[9] = cell_integer(sum->codes);
  cells[10] = cell_integer(sum->offsets);
  cells[11] = cell_integer(sum->dictionary);
  if (sum->rows > 0) cells[12] = cell_real((double)bytes / sum->rows);
  if (bytes > 0) cells[13] = cell_real((double)sum->payload / (double)bytes);
  return SQLITE_OK;
}

typedef struct Layout {
  const Resolved *resolved;
  uint32_t from; /* segments from .. to - 1 */
  uint32_t to;
  ReportRows *rows;
} Layout;

static int report_column(const Layout *layout, const char *name, const char *type, bool key,
                         uint32_t column) {
  SlotSum sum = {0};
  for (uint32_t i = layout->from; i < layout->to; i++) {
    const Segment *segment = table_segment(layout->resolved->table, i);
    int rc = table_ready(layout->resolved->table, i);
    if (rc != SQLITE_OK) return rc;
    if (key) {
      add_rowids(&sum, segment);
    } else {
      add_slot(&sum, segment, column);
    }
  }
  return report_slot(layout->rows, name, type, &sum);
}

/* The rowid, where it has no column, and the columns as they were declared. */
static int report_columns(const Layout *layout, const Schema *schema) {
  int rc = schema->key < 0 ? report_column(layout, "rowid", "INTEGER", true, 0) : SQLITE_OK;
  for (int i = 0; i < schema->count && rc == SQLITE_OK; i++) {
    const ColumnDef *column = &schema->columns[i];
    rc = report_column(layout, column->name, column->type, i == schema->key, (uint32_t)i);
  }
  return rc;
}

/* What core says of the columns tells no PRIMARY KEY that is the rowid from any other. */
static int report_declared(const Layout *layout, char **error) {
  const Buffer *declaration = &layout->resolved->table->declaration;
  Schema *schema;
  int rc =
      schema_reparse(layout->resolved->name, declaration->bytes, declaration->size, &schema, error);
  if (rc == SQLITE_OK) rc = report_columns(layout, schema);
  schema_free(schema);
  return rc;
}

static int choose_segments(sqlite3_value *argument, Layout *layout, char **error) {
  uint32_t segments = table_segments(layout->resolved->table);
  layout->to = segments;
  if (argument == NULL) return SQLITE_OK;
  sqlite3_int64 number = sqlite3_value_int64(argument);
  if (number < 0 || number >= segments) {
    return message_fail(error, SQLITE_ERROR,
                        "%s has %u segment%s, numbered from 0: there is no number %lld",
                        layout->resolved->name, segments, segments == 1 ? "" : "s", number);
  }
  layout->from = (uint32_t)number;
  layout->to = layout->from + 1;
  return SQLITE_OK;
}

static int fill_layout(Registry *registry, sqlite3_value **arguments, int count, ReportRows *rows,
                       char **error) {
  Resolved resolved;
  const char *name = (const char *)sqlite3_value_text(arguments[0]);
  int rc = resolve_table(registry, name, &resolved, error);
  if (rc != SQLITE_OK) return rc;
  Layout layout = {.resolved = &resolved, .rows = rows};
  rc = choose_segments(count > 1 ? arguments[1] : NULL, &layout, error);
  if (rc == SQLITE_OK) rc = report_declared(&layout, error);
  rc = resolved_explain(&resolved, rc, error);
  resolved_clear(&resolved);
  return rc;
}

const Report layout_report = {
    .name = "slots_layout",
    .columns = "slot TEXT, type TEXT, bit_offset INT, bit_width INT, encoding TEXT, "
               "distinct_values INT, tokens INT, bytes INT, struct_bytes INT, code_bytes INT, "
               "offset_bytes INT, dictionary_bytes INT, bytes_per_row REAL, ratio REAL, "
               "target HIDDEN, segment HIDDEN",
    .column_count = 14,
    .argument_count = 2,
    .fill = fill_layout};
