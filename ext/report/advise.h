/*
** advise.h: the report slots_advise('photos'): what a table would take as a slots
** table, in each profile, beside what it takes now; or that it is not worth it.
**
** Figures are bytes a row, out of a sample (survey.h) that is sealed and thrown
** away. `ordinary` is what rows take in full pages of the table's b-tree, kept in
** core's page cache. `error` is how far, in percent, the estimate may be off: how
** much two runs of the sample differ. An index is compared with INDEX(...).
** Calls appraise.h, survey.h, report.h, fetch.h, memory.h.
*/
#ifndef SLOTS_ADVISE_H
#define SLOTS_ADVISE_H

#include "report.h"

extern const Report advise_report;

#endif
