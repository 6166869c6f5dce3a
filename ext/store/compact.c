/*
** compact.c: see compact.h.
*/
#include "compact.h"

#include "gather.h"
#include "open_index.h"
#include "base/parallel.h"
#include "base/sqlite.h"

#define LOAD_BYTES ((uint64_t)26 << 20)  /* open rows are sealed at this much memory */
#define PIECE_BYTES ((uint64_t)26 << 20) /* of a segment, rows open or payload, about */
#define COMMIT_ROWS 1024                 /* fewer stay open at commit */
#define SPAN_SHARE 8                     /* changes up to 1/8 of a segment stay open */
#define GROUP_ROWS (4 * SEGMENT_ROWS)    /* rows that `optimize` merges at a time */

void compact_reset(Table *table) {
  table->look_count = SEGMENT_ROWS;
  table->look_bytes = LOAD_BYTES;
  table->look_commit = COMMIT_ROWS;
}

/* ---- building segments ----------------------------------------------------- */

typedef struct Pieces {
  Segment **items;
  uint32_t count;
} Pieces;

static void pieces_clear(Pieces *pieces) {
  for (uint32_t i = 0; i < pieces->count; i++) segment_release(pieces->items[i]);
  sqlite3_free(pieces->items);
  *pieces = (Pieces){0};
}

/*
** Rows of one piece. Appended rows fill segments up; a segment that overflows
** in the middle is split in equal parts, which leaves room in both.
*/
static size_t piece_rows(const Gathered *gathered, bool equal) {
  uint64_t average = gathered->bytes / gathered->count + 1;
  uint64_t most = PIECE_BYTES / average + 1;
  if (most > SEGMENT_ROWS) most = SEGMENT_ROWS;
  if (!equal) return (size_t)most;
  uint64_t pieces = (gathered->count + most - 1) / most;
  return (size_t)((gathered->count + pieces - 1) / pieces);
}

static int build_pieces(Table *table, const Gathered *gathered, bool equal, Pieces *pieces) {
  *pieces = (Pieces){0};
  if (gathered->count == 0) return SQLITE_OK;
  size_t rows = piece_rows(gathered, equal);
  uint32_t threads = parallel_threads(table->undo->db);
  pieces->items = sqlite3_malloc64((gathered->count / rows + 1) * sizeof(Segment *));
  int rc = pieces->items == NULL ? SQLITE_NOMEM : SQLITE_OK;
  for (size_t at = 0; at < gathered->count && rc == SQLITE_OK; at += rows) {
    size_t count = gathered->count - at < rows ? gathered->count - at : rows;
    rc = seal_rows(gathered->rows + at, (uint32_t)count, table->columns, table->profile,
                   table->lessons, threads, &pieces->items[pieces->count]);
    if (rc == SQLITE_OK) {
      pieces->items[pieces->count++]->serial = ++table->serials;
      rc = progress_advance(table->progress, count);
    }
  }
  if (rc != SQLITE_OK) pieces_clear(pieces);
  return rc;
}

/* ---- the log --------------------------------------------------------------- */

/*
** Where the entries begin that a seal can take back: behind the table's last
** UNDO_SEAL entry, which stands for the state at its own place in the log, or
** else at the newest mark.
*/
static size_t entries_begin(const Table *table, SealUndo **last) {
  const Undo *undo = table->undo;
  size_t mark = undo_newest_mark(undo);
  *last = NULL;
  for (size_t i = undo->count; i > mark; i--) {
    const UndoEntry *entry = &undo->entries[i - 1];
    if (entry->table != table || entry->kind != UNDO_SEAL) continue;
    *last = entry->before;
    return i;
  }
  return mark;
}

/*
** Takes the table's entries in the range back, so that what stays open there is
** what was when they began, and returns by how many rows they had grown it.
*/
static int64_t drop_entries(Table *table, int64_t first, int64_t last, size_t begin) {
  Undo *undo = table->undo;
  int64_t delta = 0;
  for (size_t i = undo->count; i > begin; i--) {
    UndoEntry *entry = &undo->entries[i - 1];
    if (entry->table != table || entry->kind != UNDO_ROW) continue;
    if (entry->rowid < first || entry->rowid > last) continue;
    open_row_free(open_put(&table->open, entry->rowid, entry->before));
    delta += entry->delta;
    entry->kind = UNDO_NOTHING;
  }
  undo_compact(undo, begin);
  return delta;
}

/* A SealUndo with room for one more run: `last`, or a new one without a place in the log. */
static int prepare_undo(Table *table, SealUndo *last, SealUndo **prepared) {
  *prepared = last;
  if (last == NULL) {
    int rc = undo_reserve(table->undo, 1);
    if (rc != SQLITE_OK) return rc;
    *prepared = seal_undo_create(table->list);
    if (*prepared == NULL) return SQLITE_NOMEM;
  }
  return seal_undo_reserve(*prepared);
}

void compact_undo(Table *table, SealUndo *undo) {
  SegmentList *sealed = table->list;
  table->list = undo->list;
  undo->list = sealed;
  table->rows -= (uint64_t)undo->delta;
  for (uint32_t i = 0; i < undo->run_count; i++) open_splice(&table->open, &undo->runs[i]);
  seal_undo_free(undo, &table->open);
}

/* ---- sealing a range ------------------------------------------------------- */

/* What a seal puts in the place of a range, all of it allocated beforehand. */
typedef struct Installation {
  size_t begin;   /* of the log entries to drop */
  SealUndo *last; /* the table's last seal behind the newest mark, or NULL */
  SealUndo *undo; /* the same, or a new one */
  OpenRun run;    /* room for the open entries that are cut out */
  SegmentList *list;
} Installation;

static int prepare(Table *table, const SealRange *range, const Pieces *pieces, bool afresh,
                   Installation *made) {
  *made = (Installation){0};
  made->begin = entries_begin(table, &made->last);
  int rc = open_cut_reserve(&table->open, range->first, range->last, &made->run);
  if (rc == SQLITE_OK) rc = prepare_undo(table, made->last, &made->undo);
  if (rc == SQLITE_OK) {
    rc = segment_list_replace(table->list, range->from, range->to, pieces->items, pieces->count,
                              &made->list);
  }
  for (uint32_t i = 0; i < table->index_count && rc == SQLITE_OK; i++) {
    rc =
        segment_list_index(made->list, &table->indexes[i].def, table->columns, table->list, afresh);
  }
  if (rc == SQLITE_OK) return rc;
  segment_list_release(made->list);
  sqlite3_free(made->run.blocks);
  if (made->undo != made->last) seal_undo_free(made->undo, &table->open);
  return rc;
}

static void install(Table *table, const SealRange *range, Installation *made) {
  made->undo->delta += drop_entries(table, range->first, range->last, made->begin);
  open_cut(&table->open, range->first, range->last, &made->run);
  if (made->run.block_count > 0) made->undo->runs[made->undo->run_count++] = made->run;
  if (made->last == NULL) {
    undo_push(table->undo, (UndoEntry){.table = table, .before = made->undo, .kind = UNDO_SEAL});
  }
  segment_list_release(table->list);
  table->list = made->list;
  table->version++;
  open_index_renew(table);
}

typedef enum SealHow {
  SEAL_FULL,  /* pieces are filled up */
  SEAL_EQUAL, /* pieces are of equal size */
  SEAL_LAST   /* filled up, and the indexes made afresh */
} SealHow;

static int seal_range(Table *table, const SealRange *range, SealHow how) {
  Gathered gathered;
  Pieces pieces = {0};
  Installation made;
  int rc = gather_rows(table, range, &gathered);
  if (rc == SQLITE_OK) rc = build_pieces(table, &gathered, how == SEAL_EQUAL, &pieces);
  sqlite3_free(gathered.rows);
  table->sealed_bytes += gathered.bytes;
  if (rc == SQLITE_OK) rc = prepare(table, range, &pieces, how == SEAL_LAST, &made);
  if (rc == SQLITE_OK) install(table, range, &made);
  pieces_clear(&pieces);
  return rc;
}

/* ---- what is due ----------------------------------------------------------- */

/* Span number `index` of a table with segments: a segment and the gap behind it. */
static SealRange span_range(const Table *table, uint32_t index) {
  uint32_t segments = table_segments(table);
  SealRange range = {.from = index, .to = index + 1, .first = INT64_MIN, .last = INT64_MAX};
  if (index > 0) range.first = table_segment(table, index)->first;
  if (index + 1 < segments) range.last = table_segment(table, index + 1)->first - 1;
  return range;
}

/* Open rows that make a segment of their own. */
static uint64_t run_rows(const Table *table, SealWhen when) {
  if (when == SEAL_COMMIT) return COMMIT_ROWS;
  uint64_t average = table->open.row_bytes / (table->open.count + 1) + 1;
  uint64_t rows = LOAD_BYTES / average;
  return rows < SEGMENT_ROWS ? rows : SEGMENT_ROWS;
}

/* Adds the segments in front that are small beside what is rewritten anyway. */
static void merge_small(const Table *table, uint64_t rows, SealRange *range) {
  while (range->from > 0) {
    uint64_t before = table_segment(table, range->from - 1)->rows;
    if (before > 2 * rows || before + rows > SEGMENT_ROWS) return;
    rows += before;
    range->from--;
    range->first = span_range(table, range->from).first;
  }
}

/* Whether a span is due, and which range to seal for it. */
static bool span_due(const Table *table, uint32_t index, SealWhen when, SealRange *range) {
  const Segment *segment = table_segment(table, index);
  *range = span_range(table, index);
  uint64_t all = open_count(&table->open, range->first, range->last);
  uint64_t inside = open_count(&table->open, segment->first, segment->last);
  uint64_t behind =
      segment->last == INT64_MAX ? 0 : open_count(&table->open, segment->last + 1, range->last);
  if (inside > 0 && inside * SPAN_SHARE >= segment->rows) return true;
  if (all - inside < run_rows(table, when)) return false;
  if (behind < all) return true;
  range->from = range->to;
  range->first = segment->last + 1;
  merge_small(table, behind, range);
  return true;
}

static int seal_due(Table *table, SealWhen when) {
  int rc = SQLITE_OK;
  if (table_segments(table) == 0) {
    SealRange all = {.first = INT64_MIN, .last = INT64_MAX};
    return table->open.count < run_rows(table, when) ? SQLITE_OK
                                                     : seal_range(table, &all, SEAL_FULL);
  }
  /* From the last span on, so that numbers of spans still to come stay valid. */
  for (uint32_t i = table_segments(table); i > 0 && rc == SQLITE_OK; i--) {
    SealRange range;
    if (!span_due(table, i - 1, when, &range)) continue;
    bool inside = range.from + 1 == range.to && range.to == i;
    rc = seal_range(table, &range, inside ? SEAL_EQUAL : SEAL_FULL);
    if (range.from + 1 < i) i = range.from + 1;
  }
  return rc;
}

/* ---- optimize --------------------------------------------------------------- */

static bool span_is_clean(const Table *table, uint32_t index) {
  SealRange range = span_range(table, index);
  return table_segment(table, index)->rows >= SEGMENT_ROWS / 2 &&
         open_count(&table->open, range.first, range.last) == 0;
}

/* Drops the entry that a seal has left, the newest of the log. */
static void make_final(Table *table) {
  const UndoEntry *entry = &table->undo->entries[--table->undo->count];
  seal_undo_free(entry->before, &table->open);
}

static int seal_piece(Table *table, const SealRange *range, SealHow how, bool final) {
  int rc = seal_range(table, range, how);
  if (rc == SQLITE_OK && final) make_final(table);
  return rc;
}

/* One run for each index. */
static int merge_indexes(Table *table, bool final) {
  uint32_t segments = table_segments(table);
  bool merged = true;
  for (uint32_t i = 0; i < table->index_count && segments > 0; i++) {
    merged = merged && table->list->sets[i].count <= 1;
  }
  if (merged) return SQLITE_OK;
  table->sealed_bytes += table->rows * 8; /* what building takes and the old runs took, about */
  SealRange none = {.from = segments, .to = segments, .first = 1, .last = 0};
  return seal_piece(table, &none, SEAL_LAST, final);
}

/* Joins spans that are not clean, up to GROUP_ROWS at a time, into full segments. */
static int seal_all(Table *table, bool final) {
  if (table_segments(table) == 0) {
    SealRange all = {.first = INT64_MIN, .last = INT64_MAX};
    return table->open.count == 0 ? SQLITE_OK : seal_piece(table, &all, SEAL_LAST, final);
  }
  uint32_t end = table_segments(table);
  int rc = SQLITE_OK;
  while (end > 0 && rc == SQLITE_OK) {
    uint32_t from = end;
    uint64_t rows = 0;
    while (from > 0 && rows < GROUP_ROWS && !span_is_clean(table, from - 1)) {
      rows += table_segment(table, --from)->rows;
    }
    if (from == end) from--;
    SealRange range = span_range(table, from);
    range.last = span_range(table, end - 1).last;
    range.to = end;
    bool alone = end - from == 1 && open_count(&table->open, range.first, range.last) == 0;
    if (!alone) rc = seal_piece(table, &range, SEAL_FULL, final);
    end = from;
  }
  return rc == SQLITE_OK ? merge_indexes(table, final) : rc;
}

int compact_seal(Table *table, SealWhen when) {
  int rc = when >= SEAL_ALL ? seal_all(table, when == SEAL_FINAL) : seal_due(table, when);
  uint64_t open = table->open.count;
  uint64_t next = open + open / 16;
  table->look_count = next + 4096 > SEGMENT_ROWS ? next + 4096 : SEGMENT_ROWS;
  table->look_commit = next + 256 > COMMIT_ROWS ? next + 256 : COMMIT_ROWS;
  uint64_t bytes = table->open.row_bytes;
  table->look_bytes = bytes + LOAD_BYTES / 4 > LOAD_BYTES ? bytes + LOAD_BYTES / 4 : LOAD_BYTES;
  return rc;
}
