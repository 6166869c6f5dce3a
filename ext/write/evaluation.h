/*
** evaluation.h: CHECK and DEFAULT of one table, compiled and evaluated by core.
**
** CHECKs are one cached statement over the table's row source (row_source.h),
** each DEFAULT one without FROM. Both are made at the first use; they belong to
** an sqlite3_vtab and end with it, at the latest in xDisconnect. A CHECK whose
** functions write to the same table finds the cached statement busy and gets one
** of its own. Calls row_source.h, expression.h, message.h.
*/
#ifndef SLOTS_EVALUATION_H
#define SLOTS_EVALUATION_H

#include "row_source.h"

typedef struct DefaultValue {
  sqlite3_stmt *statement; /* of one that varies; NULL until it is used */
  sqlite3_value *value;    /* of any other; NULL until it is used */
} DefaultValue;

typedef struct Evaluation {
  Registry *registry;
  const Schema *schema;
  const char *table; /* its name, by which a CHECK may qualify columns */
  bool temporary;    /* of the TEMP schema, which may call any function */
  bool foreign;      /* from a snapshot file, which may call innocuous ones only */
  bool trusted;      /* the schema was when functions were checked last */
  bool checked;      /* functions were */
  RowSource *source;
  sqlite3_stmt *checks;
  int sampled; /* how often `checks` was prepared, up to when it was found to read all columns */
  DefaultValue *defaults; /* one a column, or NULL */
} Evaluation;

/* The strings and the schema must outlive it. */
void evaluation_init(Evaluation *evaluation, Registry *registry, const Schema *schema,
                     const char *database, const char *table);
void evaluation_clear(Evaluation *evaluation);

/*
** Compiles every CHECK, as CREATE TABLE would, with `table` as the table's name.
** SQLITE_OK, SQLITE_ERROR with a message of core's wording, or SQLITE_NOMEM.
*/
int evaluation_compile(Evaluation *evaluation, const char *table, char **error);

/*
** Evaluates the CHECKs whose bits (schema.h) are in `checks` over a row, in order; *failed is the
** number of the first that does not hold, or -1. SQLITE_OK, or an error with core's message.
*/
int evaluation_check(Evaluation *evaluation, uint64_t checks, const Value *values, int64_t rowid,
                     int *failed, char **error);

/*
** The default of a column that has one. *owned is the value if the caller has
** to free it, else NULL. SQLITE_OK, or an error with core's message.
*/
int evaluation_default(Evaluation *evaluation, int column, sqlite3_value **value,
                       sqlite3_value **owned, char **error);

#endif
