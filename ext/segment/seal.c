/*
** seal.c: see seal.h.
*/
#include "seal.h"

#include <string.h>

#include "base/parallel.h"
#include "base/sqlite.h"

#define SHARED_ROWS 4096 /* whose texts may be worth more threads than there are columns */

struct SealJob {
  const SealRow *rows;
  uint32_t count;
  uint32_t columns;
  uint32_t threads;
  TextProfile profile;
  ColumnLessons *lessons; /* one a column, */
  ColumnRole *roles;      /* likewise, */
  Draft *drafts;          /* likewise, */
  int *rc;                /* likewise: what drafting it answered */
  uint32_t *order;        /* columns, those that take longest first */
  ParallelRun *run;       /* NULL: all are drafted */
  int settled;            /* what settling roles answered */
};

/* ---- drafting -------------------------------------------------------------- */

/* Drafts one column, or settles its role; what it reads the rows with is its own. */
static int draft_column(const SealJob *job, uint32_t column, ParallelRun *run, Miner *miner,
                        bool settling) {
  ColumnSource source;
  int rc = columns_open(&source, job->rows, job->count, job->columns);
  Chooser chooser = {.source = &source,
                     .profile = job->profile,
                     .run = run,
                     .lessons = job->lessons,
                     .roles = job->roles,
                     .miner = miner,
                     .settling = settling};
  if (rc == SQLITE_OK) rc = choose_slot(&chooser, column, &job->drafts[column]);
  column_values_clear(&chooser.values);
  columns_close(&source);
  return rc;
}

/* A task: drafts a column whose role is settled. */
static void draft_task(ParallelRun *run, void *context, uint32_t n) {
  const SealJob *job = context;
  uint32_t column = job->order[n];
  if (!job->roles[column].mined) job->rc[column] = draft_column(job, column, run, NULL, false);
}

/* A task: settles the roles of all columns, one after the other. */
static void settle_task(ParallelRun *run, void *context, uint32_t n) {
  SealJob *job = context;
  bool settling = job->threads > 0 && job->columns > 1;
  int rc = SQLITE_OK;
  Miner miner = {0};
  (void)n;
  for (uint32_t i = 0; i < job->columns && rc == SQLITE_OK; i++) {
    if (job->roles[i].mined) rc = draft_column(job, i, run, &miner, settling);
  }
  miner_close(&miner);
  job->settled = rc;
}

/* By what the columns' values take, or took in the last segment. */
static void order_columns(SealJob *job) {
  for (uint32_t i = 0; i < job->columns; i++) {
    uint32_t at = i;
    for (; at > 0; at--) {
      uint32_t before = job->order[at - 1];
      if (job->lessons[before].payload >= job->lessons[i].payload) break;
      job->order[at] = before;
    }
    job->order[at] = i;
  }
}

static bool roles_are_settled(const SealJob *job) {
  for (uint32_t i = 0; i < job->columns; i++) {
    if (job->roles[i].mined) return false;
  }
  return true;
}

/* Threads that have something to do where there are so many tasks for others than the caller. */
static uint32_t threads_for(const SealJob *job, uint32_t tasks) {
  return job->count < SHARED_ROWS && job->threads > tasks ? tasks : job->threads;
}

/*
** Roles are settled before drafts are made side by side. Without threads there is nothing to gain
** from that, as columns are read twice for it.
*/
static int begin_drafts(SealJob *job) {
  roles_find(job->roles, job->lessons, job->columns, job->profile, job->count);
  if (!roles_are_settled(job)) {
    ParallelRun *run = parallel_begin(1, threads_for(job, 0), settle_task, job);
    if (run == NULL) return SQLITE_NOMEM;
    parallel_end(run);
    if (job->settled != SQLITE_OK) return job->settled;
  }
  order_columns(job);
  job->run = parallel_begin(job->columns, threads_for(job, job->columns), draft_task, job);
  return job->run == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* ---- writing -------------------------------------------------------------- */

static uint64_t payload_of(const SealJob *job) {
  uint64_t payload = 0;
  for (uint32_t i = 0; i < job->columns; i++) payload += job->drafts[i].header.payload;
  return payload;
}

static uint32_t lay_out(SealJob *job) {
  uint32_t stride = 0;
  for (uint32_t i = 0; i < job->columns; i++) {
    SlotHeader *header = &job->drafts[i].header;
    header->bit_offset = stride;
    stride += (uint32_t)header->width + header->flagged;
  }
  return stride;
}

static void write_structs(const SealJob *job, unsigned char *structs, uint32_t stride) {
  for (uint32_t i = 0; i < job->columns; i++) {
    const Draft *draft = &job->drafts[i];
    const SlotHeader *header = &draft->header;
    for (uint32_t row = 0; row < job->count; row++) {
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

static int append_rowids(const SealJob *job, RowidHeader *header, Buffer *out) {
  int64_t *rowids = sqlite3_malloc64((uint64_t)job->count * sizeof *rowids);
  if (rowids == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < job->count; i++) rowids[i] = job->rows[i].rowid;
  int rc = buffer_align(out, 8);
  if (rc == SQLITE_OK) rc = rowids_encode(rowids, job->count, header, out);
  sqlite3_free(rowids);
  return rc;
}

static int write_segment(SealJob *job, Buffer *out) {
  SegmentHeader header = {.magic = SEGMENT_MAGIC,
                          .rows = job->count,
                          .columns = job->columns,
                          .stride = lay_out(job),
                          .payload = payload_of(job)};
  uint64_t structs_size = ((uint64_t)header.rows * header.stride + 7) / 8 + BITS_PADDING;
  size_t headers_size = sizeof header + job->columns * sizeof(SlotHeader);
  if (structs_size > BUFFER_LIMIT) return SQLITE_TOOBIG;
  header.structs = (uint32_t)headers_size;
  header.structs_size = (uint32_t)structs_size;
  int rc = buffer_append_zeros(out, headers_size);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(out, (size_t)structs_size);
  if (rc == SQLITE_OK) write_structs(job, out->bytes + headers_size, header.stride);
  if (rc == SQLITE_OK) rc = append_rowids(job, &header.rowids, out);
  for (uint32_t i = 0; i < job->columns && rc == SQLITE_OK; i++) {
    Draft *draft = &job->drafts[i];
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
static int open_written(SealJob *job, Buffer *out, Segment **segment) {
  TextCodec **codecs = sqlite3_malloc64(job->columns * sizeof(TextCodec *));
  if (codecs == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < job->columns; i++) {
    codecs[i] = job->drafts[i].codec;
    job->drafts[i].codec = NULL;
  }
  buffer_trim(out);
  int rc = segment_open(out->bytes, out->size, codecs, job->columns, segment);
  *out = (Buffer){0};
  for (uint32_t i = 0; i < job->columns && rc == SQLITE_OK; i++) {
    Lender *lender = job->drafts[i].codec_lender;
    if (lender != NULL) (*segment)->slots[i].codec_lender = lender_retain(lender);
  }
  sqlite3_free(codecs);
  return rc;
}

/* ---- the job ------------------------------------------------------------------- */

/* Makes room for what is kept of each column, all zeros. */
static int job_open(SealJob *job) {
  uint32_t columns = job->columns;
  job->roles = sqlite3_malloc64(columns * sizeof *job->roles);
  job->drafts = sqlite_zeros(columns * sizeof *job->drafts);
  job->rc = sqlite_zeros(columns * sizeof *job->rc);
  job->order = sqlite3_malloc64(columns * sizeof *job->order);
  bool all = job->roles && job->drafts && job->rc && job->order;
  return all ? SQLITE_OK : SQLITE_NOMEM;
}

static void job_free(SealJob *job) {
  for (uint32_t i = 0; job->drafts != NULL && i < job->columns; i++) {
    draft_clear(&job->drafts[i]);
  }
  sqlite3_free(job->roles);
  sqlite3_free(job->drafts);
  sqlite3_free(job->rc);
  sqlite3_free(job->order);
  sqlite3_free(job);
}

int seal_begin(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
               ColumnLessons *lessons, uint32_t threads, SealJob **job) {
  SealJob *made = sqlite3_malloc64(sizeof *made);
  *job = NULL;
  if (made == NULL) return SQLITE_NOMEM;
  *made = (SealJob){.rows = rows,
                    .count = count,
                    .columns = columns,
                    .threads = threads,
                    .profile = profile,
                    .lessons = lessons};
  int rc = job_open(made);
  if (rc == SQLITE_OK) rc = begin_drafts(made);
  if (rc == SQLITE_OK) {
    *job = made;
  } else {
    job_free(made);
  }
  return rc;
}

int seal_wait(SealJob *job) {
  int rc = SQLITE_OK;
  if (job->run != NULL) parallel_end(job->run);
  job->run = NULL;
  for (uint32_t i = 0; i < job->columns && rc == SQLITE_OK; i++) rc = job->rc[i];
  return rc;
}

int seal_end(SealJob *job, Segment **segment) {
  Buffer out = {0};
  int rc = seal_wait(job);
  *segment = NULL;
  if (rc == SQLITE_OK) rc = write_segment(job, &out);
  if (rc == SQLITE_OK) rc = open_written(job, &out, segment);
  job_free(job);
  buffer_clear(&out);
  return rc;
}

int seal_rows(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
              ColumnLessons *lessons, uint32_t threads, Segment **segment) {
  SealJob *job;
  int rc = seal_begin(rows, count, columns, profile, lessons, threads, &job);
  *segment = NULL;
  return rc == SQLITE_OK ? seal_end(job, segment) : rc;
}
