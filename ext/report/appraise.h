/*
** appraise.h: what the rows of a survey take in a slots table, found out by
** sealing them. Nothing is kept of it. Calls survey.h, segment/, text/.
*/
#ifndef SLOTS_APPRAISE_H
#define SLOTS_APPRAISE_H

#include "survey.h"
#include "text/text.h"

/* Bytes a row in each run: of each column, then of the rowids, then of headers. */
typedef struct Appraisal {
  double *parts[SURVEY_RUNS]; /* column_count + 2 of them, NULL: not sealed */
} Appraisal;

/*
** Seals the first `runs` runs, the second with what the first one taught.
** SQLITE_OK, or an SQLite error code.
*/
int appraise(const Survey *survey, TextProfile profile, uint32_t runs, Appraisal *appraisal);
void appraisal_clear(Appraisal *appraisal);

#endif
