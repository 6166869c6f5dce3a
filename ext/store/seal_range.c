/*
** seal_range.c: see seal_range.h.
*/
#include "seal_range.h"

#include "background.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/sqlite.h"
#include "open_index.h"

#define BACKGROUND_BYTES ((uint64_t)13 << 20) /* of open rows that are coded while more come */

/* ---- building segments ----------------------------------------------------- */

typedef struct Pieces {
  Segment **items;
  uint32_t count;
} Pieces;

static void pieces_clear(Pieces *pieces) {
  for (uint32_t i = 0; i < pieces->count; i++) segment_release(pieces->items[i]);
  sqlite3_free(pieces->items);
}

static uint64_t divide_up(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

/*
** Rows of one piece at most. Appended rows fill segments up; a segment that overflows
** in the middle is split in equal parts, which leaves room in both.
*/
static uint64_t piece_rows(const Gathered *gathered, bool equal) {
  uint64_t by_rows = divide_up(gathered->count, SEGMENT_ROWS);
  uint64_t by_bytes = divide_up(gathered->bytes + 1, SEGMENT_BYTES);
  if (!equal) return SEGMENT_ROWS;
  return divide_up(gathered->count, by_rows > by_bytes ? by_rows : by_bytes);
}

static uint64_t row_bytes(const SealRow *row) {
  return row->open != NULL ? row_memory(row->open) : row->segment->payload / row->segment->rows;
}

/* Where the piece ends that begins at `at`: with the row that reaches SEGMENT_BYTES, if any. */
static size_t piece_end(const Gathered *gathered, size_t at, uint64_t most) {
  uint64_t bytes = 0;
  size_t end = at;
  while (end < gathered->count && end - at < most && bytes < SEGMENT_BYTES) {
    bytes += row_bytes(&gathered->rows[end++]);
  }
  return end;
}

/* Room for all pieces: each but the last is full, in rows or in bytes. */
static int pieces_reserve(Pieces *pieces, const Gathered *gathered, uint64_t most) {
  uint64_t count = gathered->count / most + gathered->bytes / SEGMENT_BYTES + 1;
  pieces->items = sqlite3_malloc64(count * sizeof(Segment *));
  return pieces->items == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* SQLITE_INTERRUPT where the table's work is to end. */
static int note_built(Table *table, Segment *segment) {
  segment->serial = ++table->serials;
  return progress_advance(table->progress, segment->rows);
}

/*
** `pieces`, which is empty, is to be cleared whatever comes of it. What threads kept of the memory
** would not be given back: glibc trims the end of the main heap only.
*/
static int build_pieces(Table *table, const Gathered *gathered, bool equal, Pieces *pieces) {
  if (gathered->count == 0) return SQLITE_OK;
  uint64_t most = piece_rows(gathered, equal);
  uint32_t threads = parallel_threads(table->undo->db);
  if (threads == 0) memory_keep(gathered->bytes);
  int rc = pieces_reserve(pieces, gathered, most);
  for (size_t at = 0, end; at < gathered->count && rc == SQLITE_OK; at = end) {
    end = piece_end(gathered, at, most);
    rc = seal_rows(gathered->rows + at, (uint32_t)(end - at), table->columns, table->profile,
                   table->lessons, threads, &pieces->items[pieces->count]);
    if (rc == SQLITE_OK) rc = note_built(table, pieces->items[pieces->count++]);
  }
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
  reader_forget(&table->old);
  table->version++;
  open_index_renew(table);
}

static int put_in_place(Table *table, const SealRange *range, const Pieces *pieces, bool afresh) {
  Installation made;
  int rc = prepare(table, range, pieces, afresh, &made);
  if (rc == SQLITE_OK) install(table, range, &made);
  return rc;
}

static int seal_gathered(Table *table, const SealRange *range, const Gathered *gathered,
                         SealHow how) {
  Pieces pieces = {0};
  int rc = build_pieces(table, gathered, how == SEAL_EQUAL, &pieces);
  table->sealed_bytes += gathered->bytes;
  if (rc == SQLITE_OK) rc = put_in_place(table, range, &pieces, how == SEAL_LAST);
  pieces_clear(&pieces);
  return rc;
}

int seal_range(Table *table, const SealRange *range, SealHow how) {
  Gathered gathered;
  int rc = gather_rows(table, range, &gathered);
  if (rc == SQLITE_OK) rc = seal_gathered(table, range, &gathered, how);
  sqlite3_free(gathered.rows);
  return rc;
}

/* ---- while a load goes on ---------------------------------------------------- */

/*
** Begins to seal rows gathered of a range without segments in the background; false where that
** cannot be, or does not pay: they are no full run, or too large to have another one beside.
*/
static bool begin_background(Table *table, const SealRange *range, const Gathered *gathered) {
  bool full = gathered->count == SEGMENT_ROWS;
  if (!full || table->foreground || gathered->bytes > BACKGROUND_BYTES) return false;
  uint32_t threads = parallel_threads(table->undo->db);
  return threads > 0 && background_begin(table, range, gathered, threads) == SQLITE_OK;
}

int seal_range_loading(Table *table, const SealRange *range) {
  Gathered gathered;
  int rc = gather_rows(table, range, &gathered);
  if (rc == SQLITE_OK && range->from == range->to && begin_background(table, range, &gathered)) {
    return SQLITE_OK;
  }
  if (rc == SQLITE_OK) rc = seal_gathered(table, range, &gathered, SEAL_FULL);
  sqlite3_free(gathered.rows);
  return rc;
}

/*
** Gathers the run behind the one that is being coded, if it is full; there is nothing to begin
** with else.
*/
static void gather_behind(const Table *table, SealRange *range, Gathered *gathered) {
  const BackgroundSeal *coded = table->background;
  *gathered = (Gathered){0};
  *range = coded->range;
  if (coded->range.last == coded->gap_last) return;
  range->from = range->to = coded->range.from + 1; /* the run is a segment then */
  range->first = coded->range.last + 1;
  range->last = coded->gap_last;
  if (open_count(&table->open, range->first, range->last) < SEGMENT_ROWS) return;
  if (gather_rows(table, range, gathered) != SQLITE_OK) gathered->count = 0;
}

/* Puts what was coded in its place. */
static int end_coded(Table *table, BackgroundSeal *coded) {
  Segment *segment;
  int rc = background_end(coded, &segment);
  Pieces pieces = {.items = &segment, .count = 1};
  if (rc == SQLITE_OK) rc = note_built(table, segment);
  if (rc == SQLITE_OK) rc = put_in_place(table, &coded->range, &pieces, false);
  segment_release(segment);
  return rc;
}

int seal_range_end(Table *table, bool loading) {
  BackgroundSeal coded;
  SealRange behind;
  Gathered next = {0};
  if (table->background == NULL) return SQLITE_OK;
  if (loading) gather_behind(table, &behind, &next);
  bool whole = background_coded(table, &coded) == SQLITE_OK; /* seal_end reports its errors */
  table->sealed_bytes += coded.gathered.bytes;
  if (!whole || !begin_background(table, &behind, &next)) sqlite3_free(next.rows);
  int rc = end_coded(table, &coded);
  if (rc != SQLITE_OK) background_drop(table); /* the run behind counts on the segment */
  return rc;
}

/* ---- taking back ------------------------------------------------------------ */

void seal_range_undo(Table *table, SealUndo *undo) {
  SegmentList *sealed = table->list;
  table->list = undo->list;
  undo->list = sealed;
  table->rows -= (uint64_t)undo->delta;
  /* The last first: it may have been cut out from around those before it. */
  for (uint32_t i = undo->run_count; i > 0; i--) open_splice(&table->open, &undo->runs[i - 1]);
  seal_undo_free(undo, &table->open);
}
