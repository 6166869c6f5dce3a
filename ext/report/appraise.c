/*
** appraise.c: see appraise.h.
*/
#include "appraise.h"

#include "segment/seal.h"

/* A codec that the run before has as well is not counted again. */
static uint64_t slot_bytes(const Segment *segment, uint32_t column, const TextCodec *before) {
  const Slot *slot = &segment->slots[column];
  uint64_t bits = (uint64_t)(slot->header.width + slot->header.flagged) * segment->rows;
  uint64_t codec = slot->codec == before ? 0 : text_codec_memory(slot->codec);
  return (bits + 7) / 8 + slot->header.section_size + slot->header.list_size + codec;
}

/* Measures a segment, and leaves its codecs in `codecs`. */
static void measure(const Segment *segment, const TextCodec **codecs, double *parts) {
  uint64_t parts_bytes = 0, headers = segment_memory(segment) - segment->rowids.header.size;
  for (uint32_t i = 0; i < segment->columns; i++) {
    uint64_t bytes = slot_bytes(segment, i, codecs[i]);
    codecs[i] = segment->slots[i].codec;
    parts[i] = (double)bytes / segment->rows;
    parts_bytes += slot_bytes(segment, i, codecs[i]);
  }
  parts[segment->columns] = (double)segment->rowids.header.size / segment->rows;
  parts[segment->columns + 1] = (double)(headers - parts_bytes) / segment->rows;
}

int appraise(const Survey *survey, TextProfile profile, uint32_t runs, Appraisal *appraisal) {
  uint32_t columns = survey->column_count;
  Segment *segments[SURVEY_RUNS] = {0};
  *appraisal = (Appraisal){0};
  ColumnLessons *lessons = sqlite_zeros(columns * sizeof *lessons);
  const TextCodec **codecs = sqlite_zeros(columns * sizeof *codecs);
  int rc = lessons == NULL || codecs == NULL ? SQLITE_NOMEM : SQLITE_OK;
  for (uint32_t i = 0; i < runs && rc == SQLITE_OK; i++) {
    const SurveyRun *run = &survey->runs[i];
    appraisal->parts[i] = sqlite3_malloc64((columns + 2) * sizeof *appraisal->parts[i]);
    if (appraisal->parts[i] == NULL) rc = SQLITE_NOMEM;
    if (rc == SQLITE_OK) {
      rc = seal_rows(run->rows, run->count, columns, profile, lessons, 0, &segments[i]);
    }
    if (rc == SQLITE_OK) measure(segments[i], codecs, appraisal->parts[i]);
  }
  for (uint32_t i = 0; i < SURVEY_RUNS; i++) segment_release(segments[i]);
  if (lessons != NULL) column_lessons_clear(lessons, columns);
  sqlite3_free(lessons);
  sqlite3_free(codecs);
  if (rc != SQLITE_OK) appraisal_clear(appraisal);
  return rc;
}

void appraisal_clear(Appraisal *appraisal) {
  for (uint32_t i = 0; i < SURVEY_RUNS; i++) sqlite3_free(appraisal->parts[i]);
  *appraisal = (Appraisal){0};
}
