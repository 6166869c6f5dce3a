/*
** message.h: an error together with the words for it. Calls nothing above SQLite.
*/
#ifndef SLOTS_MESSAGE_H
#define SLOTS_MESSAGE_H

#include "sqlite.h"

/*
** Makes *error (the caller frees it; what was there is overwritten) out of a format of
** sqlite3_mprintf. Returns `rc`, an error, or SQLITE_NOMEM when there is no memory for the words.
*/
int message_fail(char **error, int rc, const char *format, ...);

/*
** The same, in core's words for the last error of the connection; none for SQLITE_NOMEM, which need
** not be core's, and has its own words.
*/
int message_core(char **error, int rc, sqlite3 *db);

#endif
