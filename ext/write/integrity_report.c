/*
** integrity_report.c: see integrity.h. The words of a problem.
*/
#include <stdarg.h>

#include "integrity.h"

/* `t: what` or `t: index on a, b: what`; frees `what`. */
static int set_problem(Integrity *integrity, const IndexDef *index, char *what) {
  if (integrity->problem == NULL && what != NULL) {
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "%s: ", integrity->name);
    for (uint32_t i = 0; index != NULL && i < index->count; i++) {
      const char *column = integrity->schema->columns[index->columns[i]].name;
      sqlite3_str_appendf(text, "%s%s", i == 0 ? "index on " : ", ", column);
    }
    sqlite3_str_appendf(text, "%s%s", index == NULL ? "" : ": ", what);
    integrity->problem = sqlite3_str_finish(text);
  }
  sqlite3_free(what);
  return integrity->problem == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

int integrity_report(Integrity *integrity, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *what = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return set_problem(integrity, NULL, what);
}

int integrity_report_index(Integrity *integrity, uint32_t index, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *what = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return set_problem(integrity, &integrity->table->indexes[index].def, what);
}
