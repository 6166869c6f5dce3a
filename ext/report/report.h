/*
** report.h: eponymous, read-only table-valued functions whose rows are made at
** once when the query starts: slots_layout('images').
**
** A report has visible columns and up to two arguments (hidden columns), the
** first of which must be given. Owns the rows. Calls registry.h, message.h.
*/
#ifndef SLOTS_REPORT_H
#define SLOTS_REPORT_H

#include "connection/registry.h"

#define REPORT_COLUMNS 16

/* CELL_MISSING: a text that there was no memory for, which whoever reads it is told. */
typedef enum CellType { CELL_NULL, CELL_INTEGER, CELL_REAL, CELL_TEXT, CELL_MISSING } CellType;

typedef struct Cell {
  CellType type;
  int64_t integer;
  double real;
  char *text; /* sqlite3_malloc's */
} Cell;

typedef struct ReportRow {
  Cell cells[REPORT_COLUMNS];
} ReportRow;

typedef struct ReportRows {
  ReportRow *rows;
  uint32_t count;
  uint32_t capacity;
} ReportRows;

typedef struct Report {
  const char *name;
  const char *columns; /* as in CREATE TABLE, arguments HIDDEN and last */
  int column_count;    /* visible columns */
  int argument_count;  /* 0 to 2 */
  /* Adds the rows; on an error *error may be set to a message. */
  int (*fill)(Registry *registry, sqlite3_value **arguments, int count, ReportRows *rows,
              char **error);
} Report;

/* Registers a report, which must be static. */
int report_register(sqlite3 *db, const Report *report);

/* A new row of NULL cells, or NULL when memory is short. */
ReportRow *report_add(ReportRows *rows);

Cell cell_integer(uint64_t integer);
Cell cell_real(double real);

/* A copy of `text`, or one that is taken over, NULL where memory was short. */
Cell cell_text(const char *text);
Cell cell_made(char *text);

#endif
