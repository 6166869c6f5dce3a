/*
** message.c: see message.h.
*/
#include "message.h"

#include <stdarg.h>
#include <stddef.h>

int message_fail(char **error, int rc, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  *error = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return *error == NULL ? SQLITE_NOMEM : rc;
}

int message_core(char **error, int rc, sqlite3 *db) {
  if (rc == SQLITE_NOMEM) return rc;
  return message_fail(error, rc, "%s", sqlite3_errmsg(db));
}
