/*
** sorter.c: see sorter.h.
*/
#include "sorter.h"

#include "base/sqlite.h"

#define RUN_BYTES ((size_t)32 << 20) /* of values, that end a run */
#define CUT_AFTER 1024               /* rows more than are wanted, or twice those, before a cut */

/* ---- runs ------------------------------------------------------------------------------- */

static void run_clear(SortedRun *run) {
  segment_release(run->segment);
  sqlite3_free(run->order);
  sort_run_close(&run->rows);
}

void sorter_clear(Sorter *sorter) {
  SortOrder order = sorter->order;
  for (uint32_t i = 0; i < sorter->count; i++) run_clear(&sorter->runs[i]);
  sort_run_close(&sorter->sealed.run);
  sort_run_close(&sorter->open.run);
  sort_run_close(&sorter->bound);
  sqlite3_free(sorter->runs);
  sqlite3_free(sorter->heap);
  buffer_clear(&sorter->scratch);
  *sorter = (Sorter){.order = order};
}

void sorter_begin(Sorter *sorter, const Table *table, uint32_t most) {
  sorter_clear(sorter);
  sorter->table = table;
  sorter->version = table->version;
  sorter->most = most;
  sort_run_open(&sorter->sealed.run, &sorter->order);
  sort_run_open(&sorter->open.run, &sorter->order);
  sort_run_open(&sorter->bound, &sorter->order);
}

static SortedRun *add_run(Sorter *sorter) {
  if (sorter->count == sorter->capacity) {
    uint32_t capacity = sorter->capacity * 2 + 4;
    SortedRun *runs = sqlite3_realloc64(sorter->runs, (uint64_t)capacity * sizeof *runs);
    if (runs == NULL) return NULL;
    sorter->runs = runs;
    sorter->capacity = capacity;
  }
  SortedRun *run = &sorter->runs[sorter->count];
  *run = (SortedRun){0};
  sort_run_open(&run->rows, &sorter->order);
  return run;
}

/* Makes the last wanted row of a sorted run the bound, if it is better than the one known. */
static int lower_bound(Sorter *sorter, const SortRun *run) {
  uint32_t at = run->items[sorter->most - 1].at;
  if (sorter->bound.count > 0 && sort_run_compare(run, at, &sorter->bound, 0) >= 0) {
    return SQLITE_OK;
  }
  sorter->cut = true; /* what is behind may be left out before it is added */
  sorter->bounds++;
  sort_run_clear(&sorter->bound);
  return sort_run_copy(&sorter->bound, run, at);
}

/* Sorts a run; *count: how many of its rows are wanted. */
static int order_run(Sorter *sorter, SortRun *run, uint32_t *count) {
  int rc = sort_run_sort(run);
  *count = run->count;
  if (rc != SQLITE_OK || sorter->most == 0 || run->count < sorter->most) return rc;
  if (run->count > sorter->most) sorter->cut = true;
  *count = sorter->most;
  return lower_bound(sorter, run);
}

/* Takes the first rows of a sorted builder over, which begins anew. */
static int keep_rows(SortedRun *run, SortBuilder *builder) {
  int rc = sort_run_cut(&builder->run, run->count);
  if (rc != SQLITE_OK) return rc;
  run->rows = builder->run;
  sort_run_open(&builder->run, run->rows.order);
  return SQLITE_OK;
}

/* Takes their order over only. */
static int keep_order(SortedRun *run, SortBuilder *builder) {
  const SortRun *rows = &builder->run;
  run->order = sqlite3_malloc64(run->count * sizeof *run->order);
  if (run->order == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < run->count; i++) {
    run->order[i] = (uint16_t)rows->rows[rows->items[i].at].row;
  }
  sort_run_clear(&builder->run);
  return SQLITE_OK;
}

/* Makes a run of the first `count` rows of a sorted builder. */
static int keep_run(Sorter *sorter, SortBuilder *builder, uint32_t count) {
  uint64_t memory = sort_run_memory(&builder->run);
  bool open = builder->segment == NULL;
  SortedRun *run = add_run(sorter);
  if (run == NULL) return SQLITE_NOMEM;
  run->count = count;
  run->number = builder->number;
  bool kept = open || memory <= SORTER_KEEPS - sorter->keeps;
  int rc = kept ? keep_rows(run, builder) : keep_order(run, builder);
  if (rc != SQLITE_OK) return rc;
  if (kept && !open) sorter->keeps += memory;
  run->segment = open ? NULL : segment_retain(builder->segment);
  sorter->count++;
  return SQLITE_OK;
}

static int end_run(Sorter *sorter, SortBuilder *builder) {
  uint32_t count;
  if (builder->run.count == 0) return SQLITE_OK;
  int rc = order_run(sorter, &builder->run, &count);
  return rc == SQLITE_OK ? keep_run(sorter, builder, count) : rc;
}

/* ---- adding ----------------------------------------------------------------------------- */

int sorter_add(Sorter *sorter, const RowRef *ref, int64_t rowid) {
  SortBuilder *builder = ref->open != NULL ? &sorter->open : &sorter->sealed;
  Segment *segment = ref->open != NULL ? NULL : sorter->table->list->items[ref->segment];
  const SortRun *run = &builder->run;
  int rc = SQLITE_OK;
  if (run->count == SORT_ROWS || run->bytes.size > RUN_BYTES || builder->segment != segment) {
    rc = end_run(sorter, builder);
  }
  builder->segment = segment;
  builder->number = ref->segment;
  sorter->adding = builder;
  return rc == SQLITE_OK ? sort_run_add(&builder->run, (SortRow){rowid, ref->row}) : rc;
}

int sorter_set(Sorter *sorter, uint32_t term, const Value *value) {
  return sort_run_set(&sorter->adding->run, term, value);
}

int sorter_done(Sorter *sorter) {
  SortRun *run = &sorter->adding->run;
  uint32_t more = sorter->most > CUT_AFTER ? sorter->most : CUT_AFTER;
  bool bound = sorter->bound.count > 0;
  if (bound && sort_run_compare(run, run->count - 1, &sorter->bound, 0) >= 0) {
    sort_run_drop(run);
    sorter->cut = true;
    return SQLITE_OK;
  }
  bool many = sorter->most > 0 && run->count > more && run->count - more > sorter->most;
  uint32_t count;
  int rc = many ? order_run(sorter, run, &count) : SQLITE_OK;
  return rc == SQLITE_OK && many ? sort_run_cut(run, count) : rc;
}

bool sorter_bound(const Sorter *sorter, Value *value) {
  return sorter->bound.count > 0 && sort_run_value(&sorter->bound, 0, 0, value);
}

bool sorter_leaves(const Sorter *sorter, const Value *first) {
  Value bound;
  if (!sorter_bound(sorter, &bound)) return false;
  int order = key_compare(first, &bound, COLLATION_BINARY);
  if (order == 0) return sorter->order.count == 1;
  return sorter->order.terms[0].descending ? order < 0 : order > 0;
}

int sorter_add_sorted(Sorter *sorter, uint32_t segment, uint16_t *rows, uint32_t count, bool more) {
  SortedRun *run = count == 0 ? NULL : add_run(sorter);
  sorter->cut = sorter->cut || more;
  if (run == NULL) {
    sqlite3_free(rows);
    return count == 0 ? SQLITE_OK : SQLITE_NOMEM;
  }
  run->segment = segment_retain(sorter->table->list->items[segment]);
  run->number = segment;
  run->count = count;
  run->order = rows;
  sorter->count++;
  return SQLITE_OK;
}

/* ---- merging ---------------------------------------------------------------------------- */

/* Number of the next row in run->rows. */
static uint32_t next_of(const SortedRun *run) { return run->order == NULL ? run->at : 0; }

static int64_t rowid_at(const SortedRun *run, uint32_t at) {
  int64_t rowid;
  if (run->order == NULL) return run->rows.rows[at].rowid;
  rowids_read(&run->segment->rowids, run->order[at], 1, &rowid);
  return rowid;
}

static int64_t rowid_of(const SortedRun *run) { return rowid_at(run, run->at); }

static int read_value(Sorter *sorter, const SortedRun *run, int column, Value *value) {
  if (column >= 0) {
    return segment_value(run->segment, run->order[run->at], (uint32_t)column, &sorter->scratch,
                         value);
  }
  *value = (Value){.type = VALUE_INTEGER, .integer = rowid_of(run)};
  return SQLITE_OK;
}

/* Makes the values of the run's next row available for comparing. */
static int read_next(Sorter *sorter, SortedRun *run) {
  if (run->order == NULL || run->at == run->count) return SQLITE_OK;
  sort_run_clear(&run->rows);
  int rc = sort_run_add(&run->rows, (SortRow){rowid_of(run), run->order[run->at]});
  for (uint32_t i = 0; i < sorter->order.count && rc == SQLITE_OK; i++) {
    Value value;
    rc = read_value(sorter, run, sorter->order.terms[i].column, &value);
    if (rc == SQLITE_OK) rc = sort_run_set(&run->rows, i, &value);
  }
  return rc;
}

static bool comes_first(const Sorter *sorter, uint32_t a, uint32_t b) {
  const SortedRun *x = &sorter->runs[a], *y = &sorter->runs[b];
  int order = sort_run_compare(&x->rows, next_of(x), &y->rows, next_of(y));
  if (order != 0) return order < 0;
  return x->rows.rows[next_of(x)].rowid < y->rows.rows[next_of(y)].rowid;
}

static void sift_down(Sorter *sorter, uint32_t at) {
  uint32_t *heap = sorter->heap, run = heap[at];
  for (uint32_t child; (child = 2 * at + 1) < sorter->live; at = child) {
    if (child + 1 < sorter->live && comes_first(sorter, heap[child + 1], heap[child])) child++;
    if (!comes_first(sorter, heap[child], run)) break;
    heap[at] = heap[child];
  }
  heap[at] = run;
}

int sorter_finish(Sorter *sorter) {
  int rc = end_run(sorter, &sorter->sealed);
  if (rc == SQLITE_OK) rc = end_run(sorter, &sorter->open);
  sort_run_close(&sorter->sealed.run);
  sort_run_close(&sorter->open.run);
  if (rc != SQLITE_OK || sorter->count == 0) return rc;
  sorter->heap = sqlite3_malloc64(sorter->count * sizeof *sorter->heap);
  if (sorter->heap == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < sorter->count && rc == SQLITE_OK; i++) {
    if (sorter->count > 1) rc = read_next(sorter, &sorter->runs[i]);
    sorter->heap[sorter->live++] = i;
  }
  for (uint32_t i = sorter->live / 2; i > 0 && rc == SQLITE_OK; i--) sift_down(sorter, i - 1);
  return rc;
}

/* Past the row that was read last. A single run needs no values to compare. */
static int advance(Sorter *sorter) {
  SortedRun *run = &sorter->runs[sorter->heap[0]];
  int rc = SQLITE_OK;
  run->at++;
  if (sorter->live > 1) rc = read_next(sorter, run);
  if (run->at == run->count) sorter->heap[0] = sorter->heap[--sorter->live];
  if (rc == SQLITE_OK && sorter->live > 1) sift_down(sorter, 0);
  return rc;
}

int sorter_next(Sorter *sorter, SortedRow *row, bool *found) {
  bool last = sorter->cut && sorter->given == sorter->most; /* other runs have more */
  int rc = sorter->taken && !last ? advance(sorter) : SQLITE_OK;
  *found = rc == SQLITE_OK && sorter->live > 0 && !last;
  sorter->taken = *found;
  if (!*found) return rc;
  sorter->given++;
  const SortedRun *run = &sorter->runs[sorter->heap[0]];
  *row = (SortedRow){.rowid = rowid_of(run),
                     .open = run->segment == NULL,
                     .segment = run->number,
                     .row = run->order == NULL ? run->rows.rows[run->at].row : run->order[run->at]};
  return rc;
}

int sorter_list_given(const Sorter *sorter, RowidList *list) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < sorter->count; i++) {
    const SortedRun *run = &sorter->runs[i];
    uint32_t given = run->at + (i == sorter->heap[0]); /* that one stays with the row read last */
    for (uint32_t at = 0; at < given && rc == SQLITE_OK; at++) {
      ListedRow row = {.rowid = rowid_at(run, at), .segment = LISTED_ANYWHERE};
      rc = rowid_list_add(list, row);
    }
  }
  return rc;
}

bool sorter_value(const Sorter *sorter, uint32_t column, Value *value) {
  const SortedRun *run = &sorter->runs[sorter->heap[0]];
  const SortOrder *order = &sorter->order;
  uint32_t term = 0;
  if (run->order != NULL) return false;
  while (term < order->count && order->terms[term].column != (int)column) term++;
  return term < order->count && sort_run_value(&run->rows, run->at, term, value);
}
