/*
** index.c: see index.h.
*/
#include "index.h"

#include <string.h>

#include "base/sqlite.h"

#define BUCKET_ENTRIES 4
#define GROUP_BUCKETS 256
#define FINGERPRINT_BITS 8
#define SAMPLE_BUCKETS 1024
#define LARGE_BUCKET (4 * BUCKET_ENTRIES)

/* ---- hashing rows ----------------------------------------------------------------- */

/* The hashes of all rows, in 32 bits, and which rows have one. */
typedef struct Hashes {
  uint32_t *hashes;
  unsigned char *present; /* a bit a row */
  uint32_t rows;
  uint32_t entries;
} Hashes;

static int hash_segments(const IndexDef *def, Segment *const *segments, uint32_t count,
                         uint32_t columns, Hashes *hashes) {
  Reader reader;
  uint32_t at = 0;
  int rc = reader_open(&reader, columns);
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    rc = segment_ready(segments[i]);
    for (uint32_t row = 0; row < segments[i]->rows && rc == SQLITE_OK; row++, at++) {
      uint64_t hash;
      bool present;
      rc = index_hash_sealed(def, false, &reader, segments[i], row, &hash, &present);
      if (rc != SQLITE_OK || !present) continue;
      hashes->hashes[at] = (uint32_t)(hash >> 32);
      hashes->present[at / 8] = (unsigned char)(hashes->present[at / 8] | 1u << at % 8);
      hashes->entries++;
    }
  }
  reader_close(&reader);
  return rc;
}

static int hashes_open(Hashes *hashes, uint64_t rows) {
  *hashes = (Hashes){0};
  if (rows > UINT32_MAX / 2) return SQLITE_TOOBIG;
  hashes->rows = (uint32_t)rows;
  hashes->hashes = sqlite3_malloc64(rows * sizeof(uint32_t) + 1);
  hashes->present = sqlite_zeros((rows + 7) / 8 + 1);
  return hashes->hashes == NULL || hashes->present == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static void hashes_close(Hashes *hashes) {
  sqlite3_free(hashes->hashes);
  sqlite3_free(hashes->present);
}

static bool is_present(const Hashes *hashes, uint32_t row) {
  return (hashes->present[row / 8] >> row % 8 & 1) != 0;
}

/* ---- the directory ------------------------------------------------------------------ */

/* The upper half chooses the bucket, the lower eight bits are the fingerprint. */
static uint32_t bucket_of(uint32_t hash, uint32_t buckets) {
  return (uint32_t)((uint64_t)hash * buckets >> 32);
}

/* Where the offsets begin in the directory. */
static size_t offsets_at(const Index *index) {
  return ((size_t)index->buckets / GROUP_BUCKETS + 1) * 4;
}

uint64_t index_directory_size(const Index *index) {
  return offsets_at(index) + ((uint64_t)index->buckets + 1) * (index->wide ? 4 : 2);
}

static unsigned entry_bits(const Index *index) { return FINGERPRINT_BITS + index->width; }

uint64_t index_packed_size(const Index *index) {
  return ((uint64_t)index->entries * entry_bits(index) + 7) / 8 + BITS_PADDING;
}

/* Entries before a bucket. */
static uint32_t bucket_start(const Index *index, uint32_t bucket) {
  uint32_t base = load_u32(index->directory + (size_t)(bucket / GROUP_BUCKETS) * 4);
  const unsigned char *at = index->directory + offsets_at(index);
  return base +
         (index->wide ? load_u32(at + (size_t)bucket * 4) : load_u16(at + (size_t)bucket * 2));
}

/* Turns counts of entries, one a bucket, into the directory. */
static int write_directory(Index *index, const uint32_t *counts) {
  uint32_t start = 0, base = 0, largest = 0;
  for (uint32_t bucket = 0; bucket < index->buckets; bucket++) {
    if (bucket % GROUP_BUCKETS == 0) base = start;
    if (start - base > largest) largest = start - base;
    start += counts[bucket];
  }
  if (start - base > largest) largest = start - base;
  index->wide = largest > UINT16_MAX;
  unsigned char *directory = sqlite3_malloc64(index_directory_size(index));
  if (directory == NULL) return SQLITE_NOMEM;
  index->directory = directory;
  unsigned char *offsets = directory + offsets_at(index);
  start = 0;
  for (uint32_t bucket = 0; bucket <= index->buckets; bucket++) {
    if (bucket % GROUP_BUCKETS == 0) {
      base = start;
      store_u32(directory + (size_t)(bucket / GROUP_BUCKETS) * 4, base);
    }
    if (index->wide) {
      store_u32(offsets + (size_t)bucket * 4, start - base);
    } else {
      store_u16(offsets + (size_t)bucket * 2, (uint16_t)(start - base));
    }
    if (bucket < index->buckets) start += counts[bucket];
  }
  return SQLITE_OK;
}

/* ---- building ------------------------------------------------------------------------ */

static int write_entries(Index *index, const Hashes *hashes, uint32_t *counts) {
  uint64_t size = index_packed_size(index);
  unsigned char *packed = sqlite_zeros(size);
  if (packed == NULL) return SQLITE_NOMEM;
  index->packed = packed;
  memset(counts, 0, (size_t)index->buckets * sizeof *counts);
  for (uint32_t row = 0; row < hashes->rows; row++) {
    if (!is_present(hashes, row)) continue;
    uint32_t bucket = bucket_of(hashes->hashes[row], index->buckets);
    uint64_t entry = (uint64_t)bucket_start(index, bucket) + counts[bucket]++;
    uint64_t value = (uint64_t)row << FINGERPRINT_BITS | (hashes->hashes[row] & 0xff);
    bits_put(packed, entry * entry_bits(index), entry_bits(index), value);
  }
  return SQLITE_OK;
}

/* Different fingerprints in a bucket: of so few entries hardly two keys share one. */
static uint32_t count_keys(const Index *index, uint32_t bucket) {
  uint64_t seen[(1 << FINGERPRINT_BITS) / 64] = {0};
  uint32_t keys = 0, end = bucket_start(index, bucket + 1);
  for (uint32_t entry = bucket_start(index, bucket); entry < end; entry++) {
    uint64_t at = (uint64_t)entry * entry_bits(index);
    uint64_t fingerprint = bits_get(index->packed, at, FINGERPRINT_BITS);
    uint64_t bit = (uint64_t)1 << fingerprint % 64;
    keys += (seen[fingerprint / 64] & bit) == 0;
    seen[fingerprint / 64] |= bit;
  }
  return keys;
}

/* Different keys: those of large buckets, and of a sample of the others. */
static uint32_t estimate_keys(const Index *index) {
  uint64_t keys = 0, small = 0, sampled = 0, sampled_keys = 0;
  uint32_t stride = index->buckets / SAMPLE_BUCKETS + 1;
  for (uint32_t bucket = 0; bucket < index->buckets; bucket++) {
    uint32_t size = bucket_start(index, bucket + 1) - bucket_start(index, bucket);
    if (size > LARGE_BUCKET) {
      keys += count_keys(index, bucket);
      continue;
    }
    small += size;
    if (bucket % stride != 0) continue;
    sampled += size;
    sampled_keys += count_keys(index, bucket);
  }
  return (uint32_t)(keys + (sampled == 0 ? small : small * sampled_keys / sampled));
}

static int write_index(Index *index, const Hashes *hashes) {
  uint32_t *counts = sqlite_zeros((uint64_t)index->buckets * sizeof *counts);
  if (counts == NULL) return SQLITE_NOMEM;
  for (uint32_t row = 0; row < hashes->rows; row++) {
    if (is_present(hashes, row)) counts[bucket_of(hashes->hashes[row], index->buckets)]++;
  }
  int rc = write_directory(index, counts);
  if (rc == SQLITE_OK) rc = write_entries(index, hashes, counts);
  if (rc == SQLITE_OK) index->keys = estimate_keys(index);
  sqlite3_free(counts);
  return rc;
}

/* An index with the figures of `outline`, and room for its parts. */
static Index *allocate_index(const Index *outline) {
  Index *index =
      sqlite3_malloc64(sizeof *index + (uint64_t)outline->part_count * sizeof(IndexPart));
  if (index == NULL) return NULL;
  *index = *outline;
  index->references = 1;
  index->parts = (IndexPart *)(index + 1);
  return index;
}

static Index *make_index(Segment *const *segments, uint32_t count, const Hashes *hashes) {
  Index outline = {.part_count = count,
                   .rows = hashes->rows,
                   .entries = hashes->entries,
                   .buckets = hashes->entries / BUCKET_ENTRIES + 1,
                   .width = (uint8_t)bits_width(hashes->rows - 1)};
  Index *index = allocate_index(&outline);
  if (index == NULL) return NULL;
  uint32_t base = 0;
  for (uint32_t i = 0; i < count; i++) {
    index->parts[i] = (IndexPart){.serial = segments[i]->serial,
                                  .first = segments[i]->first,
                                  .rows = segments[i]->rows,
                                  .base = base};
    base += segments[i]->rows;
  }
  return index;
}

int index_build(const IndexDef *def, Segment *const *segments, uint32_t count, uint32_t columns,
                Index **index) {
  Hashes hashes;
  uint64_t rows = 0;
  *index = NULL;
  for (uint32_t i = 0; i < count; i++) rows += segments[i]->rows;
  int rc = hashes_open(&hashes, rows);
  if (rc == SQLITE_OK) rc = hash_segments(def, segments, count, columns, &hashes);
  if (rc == SQLITE_OK) {
    *index = make_index(segments, count, &hashes);
    rc = *index == NULL ? SQLITE_NOMEM : write_index(*index, &hashes);
  }
  hashes_close(&hashes);
  if (rc != SQLITE_OK) {
    index_release(*index);
    *index = NULL;
  }
  return rc;
}

/* ---- lent arrays ----------------------------------------------------------------------- */

int index_lend(Lender *lender, const Index *outline, Index **index) {
  *index = NULL;
  if (outline->rows > UINT32_MAX / 2 || outline->entries > outline->rows) return SQLITE_CORRUPT;
  if (outline->buckets == 0 || outline->width > 32) return SQLITE_CORRUPT;
  *index = allocate_index(outline);
  if (*index == NULL) return SQLITE_NOMEM;
  (*index)->lender = lender_retain(lender);
  return SQLITE_OK;
}

int index_load(Index *index) {
  const unsigned char *bytes = NULL;
  size_t size = 0;
  int rc = index->lender->methods->section(index->lender, index->section, &bytes, &size);
  if (rc != SQLITE_OK) return rc;
  uint64_t directory = index_directory_size(index);
  if (directory + index_packed_size(index) != size) return SQLITE_CORRUPT;
  index->directory = bytes;
  index->packed = bytes + directory;
  return SQLITE_OK;
}

/* ---- references ------------------------------------------------------------------------ */

Index *index_retain(Index *index) {
  index->references++;
  return index;
}

void index_release(Index *index) {
  if (index == NULL || --index->references > 0) return;
  if (index->lender == NULL) {
    sqlite3_free((void *)(uintptr_t)index->directory);
    sqlite3_free((void *)(uintptr_t)index->packed);
  }
  lender_release(index->lender);
  sqlite3_free(index);
}

/* ---- reading --------------------------------------------------------------------------- */

void index_probe(const Index *index, uint64_t hash, IndexProbe *probe) {
  uint32_t upper = (uint32_t)(hash >> 32), bucket = bucket_of(upper, index->buckets);
  probe->entry = bucket_start(index, bucket);
  probe->end = bucket_start(index, bucket + 1);
  if (probe->end > index->entries) probe->end = index->entries; /* in damaged bytes only */
  probe->fingerprint = (uint8_t)upper;
}

uint32_t index_entry(const Index *index, uint32_t entry, uint8_t *fingerprint) {
  uint64_t value = bits_get(index->packed, (uint64_t)entry * entry_bits(index), entry_bits(index));
  *fingerprint = (uint8_t)value;
  return (uint32_t)(value >> FINGERPRINT_BITS);
}

bool index_next(const Index *index, IndexProbe *probe, uint32_t *row) {
  while (probe->entry < probe->end) {
    uint8_t fingerprint;
    *row = index_entry(index, probe->entry++, &fingerprint);
    if (fingerprint == probe->fingerprint) return true;
  }
  return false;
}

bool index_previous(const Index *index, IndexProbe *probe, uint32_t *row) {
  while (probe->entry < probe->end) {
    uint8_t fingerprint;
    *row = index_entry(index, --probe->end, &fingerprint);
    if (fingerprint == probe->fingerprint) return true;
  }
  return false;
}

/* The first of the probe's entries of a row from `row` on. */
static uint32_t entry_of(const Index *index, const IndexProbe *probe, uint32_t row) {
  uint32_t low = probe->entry, high = probe->end;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    uint8_t fingerprint;
    if (index_entry(index, middle, &fingerprint) < row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void index_narrow(const Index *index, IndexProbe *probe, uint32_t first, uint32_t end) {
  uint32_t entry = entry_of(index, probe, first);
  probe->end = entry_of(index, probe, end);
  probe->entry = entry;
}

uint64_t index_memory(const Index *index) {
  uint64_t arrays = index_directory_size(index) + index_packed_size(index);
  if (index->lender == NULL) {
    arrays = sqlite3_msize((void *)(uintptr_t)index->directory) +
             sqlite3_msize((void *)(uintptr_t)index->packed);
  }
  return sqlite3_msize((void *)(uintptr_t)index) + arrays;
}

uint32_t index_bucket_of(const Index *index, uint32_t hash) {
  return bucket_of(hash, index->buckets);
}

void index_bucket(const Index *index, uint32_t bucket, uint32_t *start, uint32_t *end) {
  *start = bucket_start(index, bucket);
  *end = bucket_start(index, bucket + 1);
}
