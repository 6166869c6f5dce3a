/*
** progress_report.c: see progress_report.h.
*/
#include "progress_report.h"

#include "base/progress.h"

static int report_work(void *context, const Progress *progress, double seconds) {
  ReportRow *row = report_add(context);
  if (row == NULL) return SQLITE_NOMEM;
  row->cells[0] = cell_text(progress->work);
  row->cells[1] = cell_text(progress->target);
  row->cells[2] = cell_integer(progress->done);
  if (progress->total > 0) row->cells[3] = cell_integer(progress->total);
  row->cells[4] = cell_real(seconds);
  return SQLITE_OK;
}

static int fill_progress(Registry *registry, sqlite3_value **arguments, int count, ReportRows *rows,
                         char **error) {
  (void)registry, (void)arguments, (void)count, (void)error;
  return progress_visit(report_work, rows);
}

const Report progress_report = {.name = "slots_progress",
                                .columns =
                                    "work TEXT, target TEXT, done INT, total INT, seconds REAL",
                                .column_count = 5,
                                .argument_count = 0,
                                .fill = fill_progress};
