/*
** compact.c: see compact.h.
*/
#include "compact.h"

#include <string.h>

#include "sqlite.h"

#define LOAD_BYTES ((uint64_t)26 << 20)  /* open rows are sealed at this much memory */
#define PIECE_BYTES ((uint64_t)26 << 20) /* of a segment, rows open or payload, about */
#define COMMIT_ROWS 1024                 /* fewer stay open at commit */
#define SPAN_SHARE 8                     /* changes up to 1/8 of a segment stay open */
#define GROUP_ROWS (4 * SEGMENT_ROWS)    /* rows that `optimize` merges at a time */

struct SealUndo {
  SegmentList *list; /* before the first seal since the mark; NULL: none */
  OpenRun *runs;     /* open entries that stood at the mark and were sealed since */
  uint32_t run_count;
  uint32_t run_capacity;
  int64_t delta; /* rows added by the log entries that were dropped */
};

/* What to seal: segments from .. to - 1, and open entries with rowids first .. last. */
typedef struct SealRange {
  uint32_t from;
  uint32_t to;
  int64_t first;
  int64_t last;
} SealRange;

void compact_reset(Table *table) {
  table->look_count = SEGMENT_ROWS;
  table->look_bytes = LOAD_BYTES;
  table->look_commit = COMMIT_ROWS;
}

/* ---- lists of segments ----------------------------------------------------- */

void segment_list_release(SegmentList *list) {
  if (list == NULL || --list->references > 0) return;
  for (uint32_t i = 0; i < list->count; i++) segment_release(list->items[i]);
  for (uint32_t i = 0; i < list->set_count; i++) index_set_clear(&list->sets[i]);
  sqlite3_free(list->sets);
  sqlite3_free(list);
}

static int index_list(const Table *table, bool afresh, SegmentList *list) {
  if (table->index_count == 0) return SQLITE_OK;
  list->sets = sqlite3_malloc64(table->index_count * sizeof *list->sets);
  if (list->sets == NULL) return SQLITE_NOMEM;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < table->index_count && rc == SQLITE_OK; i++) {
    const IndexSet *before = table->list == NULL ? NULL : &table->list->sets[i];
    rc = index_set_build(&table->indexes[i].def, list->items, list->count, table->columns, before,
                         afresh, &list->sets[i]);
    if (rc == SQLITE_OK) list->set_count++;
  }
  return rc;
}

/* The table's list with `range` replaced by `pieces`, of which it takes references. */
static int replace_segments(const Table *table, const SealRange *range, Segment **pieces,
                            uint32_t piece_count, SegmentList **list) {
  uint32_t before = table_segments(table);
  uint32_t count = before - (range->to - range->from) + piece_count;
  SegmentList *made =
      sqlite3_malloc64(sizeof *made + (uint64_t)(count == 0 ? 0 : count - 1) * sizeof(Segment *));
  *list = made;
  if (made == NULL) return SQLITE_NOMEM;
  made->references = 1;
  made->count = count;
  made->set_count = 0;
  made->sets = NULL;
  uint32_t at = 0;
  for (uint32_t i = 0; i < range->from; i++) made->items[at++] = segment_retain(table->list->items[i]);
  for (uint32_t i = 0; i < piece_count; i++) made->items[at++] = segment_retain(pieces[i]);
  for (uint32_t i = range->to; i < before; i++) {
    made->items[at++] = segment_retain(table->list->items[i]);
  }
  return SQLITE_OK;
}

/* ---- gathering rows -------------------------------------------------------- */

typedef struct Gathered {
  SealRow *rows;
  size_t count;
  uint64_t bytes; /* of the values, about */
} Gathered;

/* Appends the rows of a segment from `row` on whose rowids are below `limit`. */
static uint32_t gather_segment(const Segment *segment, uint32_t row, const int64_t *limit,
                               Gathered *gathered) {
  int64_t rowids[256];
  while (row < segment->rows) {
    uint32_t count = segment->rows - row < 256 ? segment->rows - row : 256;
    rowids_read(&segment->rowids, row, count, rowids);
    for (uint32_t i = 0; i < count; i++, row++) {
      if (limit != NULL && rowids[i] >= *limit) return row;
      gathered->rows[gathered->count++] =
          (SealRow){.rowid = rowids[i], .segment = segment, .row = row};
    }
  }
  return row;
}

static void gather_open(const OpenEntry *entry, Gathered *gathered) {
  if (entry->row == OPEN_TOMBSTONE) return;
  gathered->rows[gathered->count++] = (SealRow){.rowid = entry->rowid, .open = entry->row};
  gathered->bytes += row_memory(entry->row);
}

/* Merges segments and open entries of a range in order of rowid. */
static void merge_rows(const Table *table, const SealRange *range, Gathered *gathered) {
  OpenPlace place;
  open_seek(&table->open, range->first, &place);
  uint32_t segment = range->from, row = 0;
  const OpenEntry *entry;
  while ((entry = open_at(&table->open, &place)) != NULL && entry->rowid <= range->last) {
    for (; segment < range->to; segment++, row = 0) {
      const Segment *source = table_segment(table, segment);
      row = gather_segment(source, row, &entry->rowid, gathered);
      if (row < source->rows) break;
    }
    if (segment < range->to) {
      int64_t rowid;
      rowids_read(&table_segment(table, segment)->rowids, row, 1, &rowid);
      if (rowid == entry->rowid) row++;
    }
    gather_open(entry, gathered);
    open_next(&table->open, &place);
  }
  for (; segment < range->to; segment++, row = 0) {
    gather_segment(table_segment(table, segment), row, NULL, gathered);
  }
}

static int gather_rows(const Table *table, const SealRange *range, Gathered *gathered) {
  uint64_t most = open_count(&table->open, range->first, range->last);
  *gathered = (Gathered){0};
  for (uint32_t i = range->from; i < range->to; i++) {
    most += table_segment(table, i)->rows;
    gathered->bytes += table_segment(table, i)->payload;
  }
  gathered->rows = sqlite3_malloc64((most + 1) * sizeof(SealRow));
  if (gathered->rows == NULL) return SQLITE_NOMEM;
  merge_rows(table, range, gathered);
  return SQLITE_OK;
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
  pieces->items = sqlite3_malloc64((gathered->count / rows + 1) * sizeof(Segment *));
  int rc = pieces->items == NULL ? SQLITE_NOMEM : SQLITE_OK;
  for (size_t at = 0; at < gathered->count && rc == SQLITE_OK; at += rows) {
    size_t count = gathered->count - at < rows ? gathered->count - at : rows;
    rc = seal_rows(gathered->rows + at, (uint32_t)count, table->columns, table->profile,
                   table->codecs, &pieces->items[pieces->count]);
    if (rc == SQLITE_OK) pieces->items[pieces->count++]->serial = ++table->serials;
  }
  if (rc != SQLITE_OK) pieces_clear(pieces);
  return rc;
}

/* ---- hints ---- */

static void hint_one(Table *table, uint32_t number, int64_t rowid, const Row *row) {
  TableIndex *index = &table->indexes[number];
  uint64_t hash = 0;
  for (uint32_t i = 0; i < index->def.count; i++) {
    Value value = row_value(row, (int)table->columns, (int)index->def.columns[i]);
    if (value.type == VALUE_NULL) return;
    hash = key_hash_combine(hash, key_hash(&value, index->def.collations[i]));
  }
  hints_add(&index->hints, hash, rowid);
}

void hint_row(Table *table, int64_t rowid, const Row *row) {
  for (uint32_t i = 0; i < table->index_count; i++) hint_one(table, i, rowid, row);
}

void hint_open_rows(Table *table, uint32_t index) {
  OpenPlace place = {0};
  const OpenEntry *entry;
  for (; (entry = open_at(&table->open, &place)) != NULL; open_next(&table->open, &place)) {
    if (entry->row != OPEN_TOMBSTONE) hint_one(table, index, entry->rowid, entry->row);
  }
}

static void hint_run(Table *table, uint32_t index, const OpenRun *run) {
  for (size_t i = 0; i < run->block_count; i++) {
    const OpenBlock *block = run->blocks[i];
    for (uint32_t k = 0; k < block->count; k++) {
      const OpenEntry *entry = &block->entries[k];
      if (entry->row != OPEN_TOMBSTONE) hint_one(table, index, entry->rowid, entry->row);
    }
  }
}

/* Open rows that undoing may bring back keep their hints. */
static void hint_undo(Table *table, uint32_t index) {
  const Undo *undo = table->undo;
  for (size_t i = 0; i < undo->count; i++) {
    const UndoEntry *entry = &undo->entries[i];
    if (entry->table != table || entry->before == NULL) continue;
    if (entry->kind == UNDO_ROW && entry->before != OPEN_TOMBSTONE) {
      hint_one(table, index, entry->rowid, entry->before);
    } else if (entry->kind == UNDO_SEAL) {
      const SealUndo *seal = entry->before;
      for (uint32_t k = 0; k < seal->run_count; k++) hint_run(table, index, &seal->runs[k]);
    }
  }
}

/* After sealing: rows that are open no more leave their hints. */
static void renew_hints(Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    hints_empty(&table->indexes[i].hints);
    hint_open_rows(table, i);
    hint_undo(table, i);
  }
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
  SealUndo *undo = last;
  if (undo == NULL) {
    int rc = undo_reserve(table->undo, 1);
    if (rc != SQLITE_OK) return rc;
    undo = sqlite3_malloc64(sizeof *undo);
    if (undo == NULL) return SQLITE_NOMEM;
    *undo = (SealUndo){.list = table->list};
    if (table->list != NULL) table->list->references++;
  }
  *prepared = undo;
  if (undo->run_count < undo->run_capacity) return SQLITE_OK;
  uint32_t capacity = undo->run_capacity * 2 + 4;
  OpenRun *runs = sqlite3_realloc64(undo->runs, capacity * sizeof *runs);
  if (runs == NULL) return SQLITE_NOMEM;
  undo->runs = runs;
  undo->run_capacity = capacity;
  return SQLITE_OK;
}

static void seal_undo_free(Table *table, SealUndo *undo) {
  for (uint32_t i = 0; i < undo->run_count; i++) open_run_free(&table->open, &undo->runs[i]);
  segment_list_release(undo->list);
  sqlite3_free(undo->runs);
  sqlite3_free(undo);
}

void compact_undo(Table *table, SealUndo *undo) {
  SegmentList *sealed = table->list;
  table->list = undo->list;
  undo->list = sealed;
  table->rows -= (uint64_t)undo->delta;
  for (uint32_t i = 0; i < undo->run_count; i++) open_splice(&table->open, &undo->runs[i]);
  seal_undo_free(table, undo);
}

void compact_commit(Table *table, SealUndo *undo) { seal_undo_free(table, undo); }

/* ---- sealing a range ------------------------------------------------------- */

/* What a seal puts in the place of a range, all of it allocated beforehand. */
typedef struct Installation {
  size_t begin;       /* of the log entries to drop */
  SealUndo *last;     /* the table's last seal behind the newest mark, or NULL */
  SealUndo *undo;     /* the same, or a new one */
  OpenRun run;        /* room for the open entries that are cut out */
  SegmentList *list;
} Installation;

static int prepare(Table *table, const SealRange *range, const Pieces *pieces, bool afresh,
                   Installation *made) {
  *made = (Installation){0};
  made->begin = entries_begin(table, &made->last);
  int rc = open_cut_reserve(&table->open, range->first, range->last, &made->run);
  if (rc == SQLITE_OK) rc = prepare_undo(table, made->last, &made->undo);
  if (rc == SQLITE_OK) rc = replace_segments(table, range, pieces->items, pieces->count, &made->list);
  if (rc == SQLITE_OK) rc = index_list(table, afresh, made->list);
  if (rc == SQLITE_OK) return rc;
  segment_list_release(made->list);
  sqlite3_free(made->run.blocks);
  if (made->undo != made->last) seal_undo_free(table, made->undo);
  return rc;
}

static void install(Table *table, const SealRange *range, Installation *made) {
  made->undo->delta += drop_entries(table, range->first, range->last, made->begin);
  open_cut(&table->open, range->first, range->last, &made->run);
  if (made->run.block_count > 0) made->undo->runs[made->undo->run_count++] = made->run;
  if (made->last == NULL) {
    undo_push(table->undo,
              (UndoEntry){.table = table, .before = made->undo, .kind = UNDO_SEAL});
  }
  segment_list_release(table->list);
  table->list = made->list;
  table->version++;
  renew_hints(table);
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
  uint64_t behind = segment->last == INT64_MAX
                        ? 0
                        : open_count(&table->open, segment->last + 1, range->last);
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
    return table->open.count < run_rows(table, when) ? SQLITE_OK : seal_range(table, &all, SEAL_FULL);
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

/* One run for each index. */
static int merge_indexes(Table *table) {
  uint32_t segments = table_segments(table);
  bool merged = true;
  for (uint32_t i = 0; i < table->index_count && segments > 0; i++) {
    merged = merged && table->list->sets[i].count <= 1;
  }
  if (merged) return SQLITE_OK;
  SealRange none = {.from = segments, .to = segments, .first = 1, .last = 0};
  return seal_range(table, &none, SEAL_LAST);
}

/* Joins spans that are not clean, up to GROUP_ROWS at a time, into full segments. */
static int seal_all(Table *table) {
  if (table_segments(table) == 0) {
    SealRange all = {.first = INT64_MIN, .last = INT64_MAX};
    return table->open.count == 0 ? SQLITE_OK : seal_range(table, &all, SEAL_LAST);
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
    if (!alone) rc = seal_range(table, &range, SEAL_FULL);
    end = from;
  }
  return rc == SQLITE_OK ? merge_indexes(table) : rc;
}

int table_seal(Table *table, SealWhen when) {
  int rc = when == SEAL_ALL ? seal_all(table) : seal_due(table, when);
  uint64_t open = table->open.count;
  uint64_t next = open + open / 16;
  table->look_count = next + 4096 > SEGMENT_ROWS ? next + 4096 : SEGMENT_ROWS;
  table->look_commit = next + 256 > COMMIT_ROWS ? next + 256 : COMMIT_ROWS;
  uint64_t bytes = table->open.row_bytes;
  table->look_bytes = bytes + LOAD_BYTES / 4 > LOAD_BYTES ? bytes + LOAD_BYTES / 4 : LOAD_BYTES;
  return rc;
}
