/*
** integrity.h: whether a table keeps what the other files rely on: the command
** 'integrity-check' and PRAGMA integrity_check.
**
** Looks at everything and changes nothing: the order and the counts of segments
** and of open rows (integrity_store.c), indexes against rows, both ways
** (integrity_index.c), and each row against the table's constraints
** (integrity_rows.c). Takes time as several scans. Its files call evaluation.h, change.h,
** store/, segment/, base/.
*/
#ifndef SLOTS_INTEGRITY_H
#define SLOTS_INTEGRITY_H

#include "change.h"

typedef struct Integrity {
  Table *table;
  const Schema *schema;
  Evaluation *evaluation;
  const char *name;   /* of the table */
  bool ignore_checks; /* PRAGMA ignore_check_constraints */
  Progress *progress; /* or NULL: every row is looked at twice */
  char *problem;      /* what is wrong first, in sqlite3_malloc's memory; NULL: nothing */
} Integrity;

/*
** Checks until something is wrong, which `problem` then describes; `quick` leaves out indexes and
** UNIQUE, as PRAGMA quick_check does. SQLITE_OK, wrong or not; SQLITE_NOMEM, or the error of an
** expression, whose message *error is.
*/
int integrity_check(Integrity *integrity, bool quick, char **error);

/* The parts, in this order; each relies on those before it. */
int integrity_store(Integrity *integrity);
int integrity_indexes(Integrity *integrity);
int integrity_rows(Integrity *integrity, bool quick, char **error);

/* Sets the problem, if it is the first; of an index. SQLITE_OK or SQLITE_NOMEM. */
int integrity_report(Integrity *integrity, const char *format, ...);
int integrity_report_index(Integrity *integrity, uint32_t index, const char *format, ...);

#endif
