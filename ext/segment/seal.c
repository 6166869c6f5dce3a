/*
** seal.c: see seal.h.
*/
#include "seal.h"

#include <string.h>

#include "base/parallel.h"
#include "base/sqlite.h"

typedef struct Sealer {
  const SealRow *rows;
  uint32_t count;
  uint32_t columns;
  TextProfile profile;
  ColumnLessons *lessons; /* one a column, */
  ColumnRole *roles;      /* likewise, */
  Draft *drafts;          /* likewise, */
  int *rc;                /* likewise: what drafting it answered */
} Sealer;

/* ---- drafting -------------------------------------------------------------- */

/* Drafts one column, or settles its role; what it reads the rows with is its own. */
static int draft_column(const Sealer *sealer, uint32_t column, bool settling) {
  ColumnSource source;
  int rc = columns_open(&source, sealer->rows, sealer->count, sealer->columns);
  Chooser chooser = {.source = &source,
                     .profile = sealer->profile,
                     .lessons = sealer->lessons,
                     .roles = sealer->roles,
                     .settling = settling};
  if (rc == SQLITE_OK) rc = choose_slot(&chooser, column, &sealer->drafts[column]);
  column_values_clear(&chooser.values);
  columns_close(&source);
  return rc;
}

/* A task of parallel_run. */
static void draft_task(void *context, uint32_t column) {
  const Sealer *sealer = context;
  if (!sealer->roles[column].mined) sealer->rc[column] = draft_column(sealer, column, false);
}

/*
** Roles are settled one after the other, and drafts made side by side. Without threads there is
** nothing to gain from that, as columns are read twice for it.
*/
static int draft_columns(Sealer *sealer, uint32_t threads) {
  bool settling = threads > 0 && sealer->columns > 1;
  int rc = SQLITE_OK;
  choose_roles(sealer->roles, sealer->lessons, sealer->columns, sealer->profile, sealer->count);
  for (uint32_t i = 0; i < sealer->columns && rc == SQLITE_OK; i++) {
    if (sealer->roles[i].mined) rc = draft_column(sealer, i, settling);
  }
  if (rc == SQLITE_OK) parallel_run(sealer->columns, threads, draft_task, sealer);
  for (uint32_t i = 0; i < sealer->columns && rc == SQLITE_OK; i++) rc = sealer->rc[i];
  return rc;
}

/* ---- writing -------------------------------------------------------------- */

static uint64_t payload_of(const Sealer *sealer) {
  uint64_t payload = 0;
  for (uint32_t i = 0; i < sealer->columns; i++) payload += sealer->drafts[i].header.payload;
  return payload;
}

static uint32_t lay_out(Sealer *sealer) {
  uint32_t stride = 0;
  for (uint32_t i = 0; i < sealer->columns; i++) {
    SlotHeader *header = &sealer->drafts[i].header;
    header->bit_offset = stride;
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
                          .payload = payload_of(sealer)};
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
    if (rc == SQLITE_OK)
      rc = append_section(out, &draft->list, &slot->list_offset, &slot->list_size);
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

/* Makes room for what is kept of each column, all zeros. */
static int sealer_open(Sealer *sealer) {
  uint32_t columns = sealer->columns;
  sealer->roles = sqlite3_malloc64(columns * sizeof *sealer->roles);
  sealer->drafts = sqlite3_malloc64(columns * sizeof *sealer->drafts);
  sealer->rc = sqlite3_malloc64(columns * sizeof *sealer->rc);
  if (sealer->drafts != NULL) memset(sealer->drafts, 0, columns * sizeof *sealer->drafts);
  if (sealer->rc != NULL) memset(sealer->rc, 0, columns * sizeof *sealer->rc);
  return sealer->roles && sealer->drafts && sealer->rc ? SQLITE_OK : SQLITE_NOMEM;
}

static void sealer_close(Sealer *sealer) {
  for (uint32_t i = 0; sealer->drafts != NULL && i < sealer->columns; i++) {
    draft_clear(&sealer->drafts[i]);
  }
  sqlite3_free(sealer->roles);
  sqlite3_free(sealer->drafts);
  sqlite3_free(sealer->rc);
}

int seal_rows(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
              ColumnLessons *lessons, uint32_t threads, Segment **segment) {
  Buffer out = {0};
  Sealer sealer = {
      .rows = rows, .count = count, .columns = columns, .profile = profile, .lessons = lessons};
  *segment = NULL;
  int rc = sealer_open(&sealer);
  if (rc == SQLITE_OK) rc = draft_columns(&sealer, threads);
  if (rc == SQLITE_OK) rc = write_segment(&sealer, &out);
  if (rc == SQLITE_OK) rc = open_written(&sealer, &out, segment);
  sealer_close(&sealer);
  buffer_clear(&out);
  return rc;
}
