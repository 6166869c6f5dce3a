/*
** survey.h: a bounded sample of an ordinary table or view, and what its rows take there.
**
** Up to SURVEY_RUNS runs of neighbouring rows, each of as many as one segment holds, since those
** would be coded together; all rows of a table no larger than that. Owns the rows. Calls row.h,
** segment/columns.h, base/.
*/
#ifndef SLOTS_SURVEY_H
#define SLOTS_SURVEY_H

#include "segment/columns.h"
#include "base/sqlite.h"

#define SURVEY_RUNS 2
#define SURVEY_RUN_BYTES ((uint64_t)24 << 20) /* of rows, after which a run ends early */

typedef struct SurveyColumn {
  char *name;
  char *type;     /* as declared, "" without */
  uint64_t bytes; /* of the values in the records of the rows sampled, their headers included */
} SurveyColumn;

typedef struct SurveyRun {
  SealRow *rows;
  uint32_t count;
  uint64_t bytes; /* of the rows in memory */
} SurveyRun;

typedef struct Survey {
  sqlite3 *db;
  char *schema; /* NULL: a view whose database was not given */
  char *name;
  char *from; /* both, quoted for SQL */
  SurveyColumn *columns;
  uint32_t column_count;
  int key; /* the column that is the rowid, whose values the rows do not repeat; -1: none */
  const char *rowid;     /* what SQL calls its rowid; NULL: it has none */
  uint64_t rows;         /* of the table */
  uint64_t sampled;      /* rows in all runs */
  uint64_t rowid_bytes;  /* of the rows sampled, in cells of the table's b-tree */
  uint64_t record_bytes; /* sizes of records and of their headers in those cells */
  uint32_t run_count;
  SurveyRun runs[SURVEY_RUNS];
} Survey;

/*
** Samples `target`: a name, or a database's name, a dot and a name. SQLITE_OK,
** an SQLite error code, with *error a message in sqlite3_malloc's memory or NULL.
*/
int survey_take(sqlite3 *db, const char *target, Survey *survey, char **error);

/* Returns the bytes that the rows took in memory. */
uint64_t survey_clear(Survey *survey);

#endif
