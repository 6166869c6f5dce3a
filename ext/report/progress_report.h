/*
** progress_report.h: the report slots_progress: a row for each long work of the
** process that goes on, in whatever connection. Calls report.h, progress.h.
*/
#ifndef SLOTS_PROGRESS_REPORT_H
#define SLOTS_PROGRESS_REPORT_H

#include "report.h"

extern const Report progress_report;

#endif
