/*
** integrity_index.c: indexes against rows, both ways; see integrity.h.
**
** Sealed rows: every entry of a run stands in the bucket and with the
** fingerprint of its row's key, behind those of earlier rows; each row has one at
** most, and those whose key is not NULL have one. Rows of segments that are gone
** from the list are passed over. So a run takes as long as its entries and rows,
** however many share a key.
*/
#include <string.h>

#include "integrity.h"

/* One run being checked. */
typedef struct RunCheck {
  Integrity *integrity;
  const IndexDef *def;
  const IndexRun *run;
  uint32_t number;     /* of the index */
  uint32_t *hashes;    /* one a row of the run: the upper half of its key's hash */
  unsigned char *want; /* one a row: ROW_... */
} RunCheck;

enum { ROW_GONE, ROW_WITHOUT, ROW_WANTED, ROW_FOUND };

static int report_row(const RunCheck *check, uint32_t row, const char *what) {
  uint32_t segment = 0, at = 0;
  index_run_locate(check->run, row, &segment, &at);
  return integrity_report_index(check->integrity, check->number, "row %u of segment %u %s", at,
                                segment, what);
}

/* ---- what the rows ask for -------------------------------------------------------- */

static int hash_part(RunCheck *check, const IndexPart *part, const Segment *segment) {
  const IndexDef *def = check->def;
  bool old_hash = check->run->index->old_hash;
  Reader reader;
  int rc = reader_open(&reader, segment->columns);
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK; row++) {
    uint64_t hash;
    bool present;
    rc = index_hash_sealed(def, old_hash, &reader, segment, row, &hash, &present);
    check->hashes[part->base + row] = (uint32_t)(hash >> 32);
    check->want[part->base + row] = present ? ROW_WANTED : ROW_WITHOUT;
  }
  reader_close(&reader);
  return rc;
}

static int hash_rows(RunCheck *check) {
  const Index *index = check->run->index;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < index->part_count && rc == SQLITE_OK; i++) {
    if (check->run->where[i] == NO_SEGMENT) continue;
    const Segment *segment = table_segment(check->integrity->table, check->run->where[i]);
    if (segment->rows != index->parts[i].rows) {
      return integrity_report_index(check->integrity, check->number, "segment %u has other rows",
                                    check->run->where[i]);
    }
    rc = hash_part(check, &index->parts[i], segment);
  }
  return rc;
}

/* ---- what the entries say --------------------------------------------------------- */

static int check_entry(RunCheck *check, uint32_t bucket, uint32_t row, uint8_t fingerprint) {
  const Index *index = check->run->index;
  if (row >= index->rows) {
    return integrity_report_index(check->integrity, check->number, "an entry for row %u of %u", row,
                                  index->rows);
  }
  if (check->want[row] == ROW_GONE) return SQLITE_OK;
  if (check->want[row] == ROW_WITHOUT) return report_row(check, row, "has no key, but an entry");
  if (check->want[row] == ROW_FOUND) return report_row(check, row, "has two entries");
  check->want[row] = ROW_FOUND;
  bool right = index_bucket_of(index, check->hashes[row]) == bucket &&
               (uint8_t)check->hashes[row] == fingerprint;
  return right ? SQLITE_OK : report_row(check, row, "has the entry of another key");
}

/* The entries of a bucket, in order of their rows. */
static int check_bucket(RunCheck *check, uint32_t bucket, uint32_t start, uint32_t end) {
  int64_t before = -1;
  int rc = SQLITE_OK;
  for (uint32_t entry = start; entry < end && rc == SQLITE_OK; entry++) {
    uint8_t fingerprint;
    uint32_t row = index_entry(check->run->index, entry, &fingerprint);
    rc = check_entry(check, bucket, row, fingerprint);
    if (check->integrity->problem != NULL) return rc;
    if (row < before) {
      return integrity_report_index(check->integrity, check->number,
                                    "bucket %u has its rows out of order", bucket);
    }
    before = row;
  }
  return rc;
}

static int check_entries(RunCheck *check) {
  const Index *index = check->run->index;
  int rc = SQLITE_OK;
  uint32_t before = 0;
  for (uint32_t bucket = 0; bucket < index->buckets; bucket++) {
    uint32_t start, end;
    index_bucket(index, bucket, &start, &end);
    if (start != before || end < start || end > index->entries) {
      return integrity_report_index(check->integrity, check->number, "bucket %u is out of order",
                                    bucket);
    }
    before = end;
    rc = check_bucket(check, bucket, start, end);
    if (rc != SQLITE_OK || check->integrity->problem != NULL) return rc;
  }
  for (uint32_t row = 0; row < index->rows && rc == SQLITE_OK; row++) {
    if (check->want[row] == ROW_WANTED) return report_row(check, row, "has no entry");
  }
  return rc;
}

static int check_run(RunCheck *check) {
  uint32_t rows = check->run->index->rows;
  int rc = index_ready(check->run->index);
  if (rc == SQLITE_CORRUPT) {
    return integrity_report_index(check->integrity, check->number, "is damaged");
  }
  if (rc != SQLITE_OK) return rc;
  check->hashes = sqlite3_malloc64((uint64_t)rows * sizeof *check->hashes + 1);
  check->want = sqlite3_malloc64((uint64_t)rows + 1);
  rc = check->hashes == NULL || check->want == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) memset(check->want, ROW_GONE, rows);
  if (rc == SQLITE_OK) rc = hash_rows(check);
  if (rc == SQLITE_OK && check->integrity->problem == NULL) rc = check_entries(check);
  sqlite3_free(check->hashes);
  sqlite3_free(check->want);
  return rc;
}

/* Each segment is in one run. */
static int check_cover(Integrity *integrity, const IndexSet *set, uint32_t number) {
  for (uint32_t segment = 0; segment < table_segments(integrity->table); segment++) {
    uint32_t runs = 0;
    for (uint32_t i = 0; i < set->count; i++) {
      const IndexRun *run = &set->runs[i];
      for (uint32_t k = 0; k < run->index->part_count; k++) runs += run->where[k] == segment;
    }
    if (runs != 1) {
      return integrity_report_index(integrity, number, "segment %u is in %u runs", segment, runs);
    }
  }
  return SQLITE_OK;
}

static int check_sealed(Integrity *integrity, uint32_t number) {
  if (integrity->table->list == NULL) return SQLITE_OK;
  const IndexSet *set = &integrity->table->list->sets[number];
  int rc = check_cover(integrity, set, number);
  for (uint32_t i = 0; i < set->count && rc == SQLITE_OK && integrity->problem == NULL; i++) {
    RunCheck check = {.integrity = integrity,
                      .def = &integrity->table->indexes[number].def,
                      .run = &set->runs[i],
                      .number = number};
    rc = check_run(&check);
  }
  return rc;
}

/* ---- open rows -------------------------------------------------------------------- */

static bool is_hinted(const TableIndex *index, const OpenEntry *entry, uint32_t columns) {
  bool hinted = true;
  for (HintedPart part = 0; part < HINTED_PARTS && hinted; part++) {
    IndexDef def = hinted_def(index, part);
    uint64_t hash;
    hinted = !hints_are_kept(index, part) || !index_hash_open(&def, entry->row, columns, &hash) ||
             hints_has(&index->hints[part], hash, entry->rowid);
  }
  return hinted;
}

static int check_hints(Integrity *integrity, uint32_t number) {
  const Table *table = integrity->table;
  OpenPlace place = {0};
  const OpenEntry *entry;
  for (; (entry = open_at(&table->open, &place)) != NULL; open_next(&table->open, &place)) {
    if (entry->row == OPEN_TOMBSTONE) continue;
    if (is_hinted(&table->indexes[number], entry, table->columns)) continue;
    return integrity_report_index(integrity, number, "open row %lld has no hint",
                                  (sqlite3_int64)entry->rowid);
  }
  return SQLITE_OK;
}

int integrity_indexes(Integrity *integrity) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < integrity->table->index_count && rc == SQLITE_OK; i++) {
    rc = check_sealed(integrity, i);
    if (rc == SQLITE_OK && integrity->problem == NULL) rc = check_hints(integrity, i);
    if (integrity->problem != NULL) return rc;
  }
  return rc;
}
