/*
** stats.c: see stats.h.
*/
#include "stats.h"

#include <stdlib.h>

#include "resolve.h"
#include "base/order.h"
#include "store/background.h"

typedef struct Stats {
  uint64_t rows_sealed;
  uint64_t rows_open;
  uint64_t tombstones;
  uint64_t segments;
  uint64_t structs;
  uint64_t rowids;
  uint64_t texts;
  uint64_t dictionaries;
  uint64_t exceptions;
  uint64_t codecs;
  uint64_t indexes; /* and orders that segments keep of their columns */
  uint64_t headers; /* what segments take besides, allocator's rounding included */
  uint64_t open;
  uint64_t mapped; /* of all that, in a mapped file */
  uint64_t payload;
} Stats;

/* Where a slot's section counts: bases of blocks are part of the codes. */
static uint64_t *section_figure(Stats *stats, const SlotHeader *header) {
  if (header->encoding == SLOT_DICTIONARY) return &stats->dictionaries;
  return header->encoding == SLOT_BLOCKS ? &stats->structs : &stats->texts;
}

static void add_segment(Stats *stats, const Segment *segment) {
  uint64_t parts = 0;
  uint64_t structs = ((uint64_t)segment->rows * segment->stride + 7) / 8;
  stats->segments++;
  stats->rows_sealed += segment->rows;
  stats->payload += segment->payload;
  stats->structs += structs;
  stats->rowids += segment->rowids.header.size;
  parts += structs + segment->rowids.header.size;
  for (uint32_t i = 0; i < segment->columns; i++) {
    const SlotHeader *header = &segment->slots[i].header;
    bool dictionary = header->encoding == SLOT_DICTIONARY;
    *section_figure(stats, header) += header->section_size;
    *(dictionary ? &stats->dictionaries : &stats->exceptions) += header->list_size;
    parts += header->section_size + header->list_size;
  }
  stats->headers += segment_memory(segment) - parts;
  stats->indexes += segment_orders_memory(segment);
  if (segment->lender != NULL) stats->mapped += segment->size;
}

static void add_open(Stats *stats, const Table *table) {
  OpenPlace place = {0};
  const OpenEntry *entry;
  for (; (entry = open_at(&table->open, &place)) != NULL; open_next(&table->open, &place)) {
    if (entry->row == OPEN_TOMBSTONE) {
      stats->tombstones++;
      continue;
    }
    stats->rows_open++;
    for (uint32_t i = 0; i < table->columns; i++) {
      Value value = row_value(entry->row, (int)table->columns, (int)i);
      stats->payload += value_payload(&value);
    }
  }
  stats->open = open_memory(&table->open);
}

/* Codecs that segments share count once. */
static int add_codecs(Stats *stats, const Table *table) {
  size_t count = 0, most = ((size_t)table_segments(table) + 3) * table->columns;
  const TextCodec **codecs = sqlite3_malloc64(most * sizeof *codecs);
  if (codecs == NULL) return SQLITE_NOMEM;
  background_wait(table);
  for (uint32_t i = 0; i < table->columns; i++) {
    codecs[count++] = table->lessons[i].text;
    codecs[count++] = table->lessons[i].dictionary;
    codecs[count++] = table->lessons[i].derived;
    for (uint32_t k = 0; k < table_segments(table); k++) {
      codecs[count++] = table_segment(table, k)->slots[i].codec;
    }
  }
  qsort(codecs, count, sizeof *codecs, order_pointers);
  for (size_t i = 0; i < count; i++) {
    if (codecs[i] == NULL || (i > 0 && codecs[i] == codecs[i - 1])) continue;
    size_t size;
    text_codec_bytes(codecs[i], &size);
    bool mapped = text_codec_is_borrowed(codecs[i]);
    stats->codecs += text_codec_memory(codecs[i]) + (mapped ? size : 0);
    stats->mapped += mapped ? size : 0;
  }
  sqlite3_free(codecs);
  return SQLITE_OK;
}

/* What this table's current list uses, and the hints of open rows. */
static void add_indexes(Stats *stats, const Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    for (uint32_t part = 0; part < HINTED_PARTS; part++) {
      stats->indexes += hints_memory(&table->indexes[i].hints[part]);
    }
    for (uint32_t k = 0; table->list != NULL && k < table->list->sets[i].count; k++) {
      const Index *index = table->list->sets[i].runs[k].index;
      stats->indexes += index_memory(index);
      if (index->lender == NULL) continue;
      stats->mapped += index_directory_size(index) + index_packed_size(index);
    }
  }
}

static int report_figure(ReportRows *rows, const char *name, Cell value, const char *meaning) {
  ReportRow *row = report_add(rows);
  if (row == NULL) return SQLITE_NOMEM;
  row->cells[0] = cell_text(name);
  row->cells[1] = value;
  row->cells[2] = cell_text(meaning);
  return SQLITE_OK;
}

static int report_integers(const Stats *stats, const Table *table, uint64_t total,
                           ReportRows *rows) {
  const struct {
    const char *name;
    uint64_t value;
    const char *meaning;
  } figures[] = {
      {"rows", table->rows, "rows of the table"},
      {"rows_sealed", stats->rows_sealed, "rows in segments, changed and deleted ones included"},
      {"rows_open", stats->rows_open, "rows not yet sealed"},
      {"tombstones", stats->tombstones, "sealed rows that are deleted"},
      {"segments", stats->segments, "sealed segments"},
      {"bytes_structs", stats->structs, "packed structs"},
      {"bytes_rowids", stats->rowids, "rowids"},
      {"bytes_texts", stats->texts, "coded text"},
      {"bytes_dictionaries", stats->dictionaries, "distinct values"},
      {"bytes_exceptions", stats->exceptions, "values that do not fit their slot"},
      {"bytes_codecs", stats->codecs, "trained dictionaries of the text coding"},
      {"bytes_indexes", stats->indexes, "indexes, and orders of their columns"},
      {"bytes_headers", stats->headers, "headers and rounding"},
      {"bytes_open", stats->open, "open rows"},
      {"bytes", total, "all of it"},
      {"bytes_mapped", stats->mapped, "of it in a snapshot, one copy for all processes"},
      {"bytes_private", total - stats->mapped, "of it in this connection"},
      {"payload", stats->payload, "bytes of the values: 8 a number, the length of text and blobs"},
  };
  int rc = SQLITE_OK;
  for (size_t i = 0; i < sizeof figures / sizeof figures[0] && rc == SQLITE_OK; i++) {
    rc = report_figure(rows, figures[i].name, cell_integer(figures[i].value), figures[i].meaning);
  }
  return rc;
}

static int report_stats(const Table *table, ReportRows *rows) {
  Stats stats = {0};
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    rc = table_ready(table, i);
    if (rc == SQLITE_OK) add_segment(&stats, table_segment(table, i));
  }
  if (rc != SQLITE_OK) return rc;
  add_open(&stats, table);
  add_indexes(&stats, table);
  rc = add_codecs(&stats, table);
  if (rc != SQLITE_OK) return rc;
  uint64_t total = stats.structs + stats.rowids + stats.texts + stats.dictionaries +
                   stats.exceptions + stats.codecs + stats.indexes + stats.headers + stats.open;
  rc = report_integers(&stats, table, total, rows);
  if (rc != SQLITE_OK || table->rows == 0) return rc;
  rc = report_figure(rows, "bytes_per_row", cell_real((double)total / (double)table->rows),
                     "bytes / rows");
  if (rc != SQLITE_OK || total == 0) return rc;
  return report_figure(rows, "ratio", cell_real((double)stats.payload / (double)total),
                       "payload / bytes");
}

static int fill_stats(Registry *registry, sqlite3_value **arguments, int count, ReportRows *rows,
                      char **error) {
  Resolved resolved;
  const char *name = (const char *)sqlite3_value_text(arguments[0]);
  (void)count;
  int rc = resolve_table(registry, name, &resolved, error);
  if (rc != SQLITE_OK) return rc;
  rc = resolved_explain(&resolved, report_stats(resolved.table, rows), error);
  resolved_clear(&resolved);
  return rc;
}

const Report stats_report = {.name = "slots_stats",
                             .columns = "name TEXT, value, meaning TEXT, target HIDDEN",
                             .column_count = 3,
                             .argument_count = 1,
                             .fill = fill_stats};
