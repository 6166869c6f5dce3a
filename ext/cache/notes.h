/*
** notes.h: rowids of a source's rows that this connection has changed and a
** cache has not yet looked at again. Never wrong by omission. Owns the list.
** Calls nothing above SQLite.
*/
#ifndef SLOTS_NOTES_H
#define SLOTS_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Notes {
  int64_t *rowids;
  size_t count;
  size_t capacity;
  size_t looked_at; /* so many, from the first on, */
  size_t settled;   /* and so many of those while no statement was writing */
  bool all;         /* too many, or not known: any row may have changed */
  bool all_early;   /* all rows were looked at while one was */
} Notes;

/* Notes a row; past `most` rows, or short of memory, that all may have changed. Infallible. */
void notes_add(Notes *notes, int64_t rowid, size_t most);

/* Notes that any row may have changed. */
void notes_add_all(Notes *notes);

/* Whether something is still to be looked at. */
bool notes_pending(const Notes *notes);

/*
** All was looked at, `all` rows or those that are noted, and `early`: below a statement that was
** writing, and may have removed some of them since, unreported.
*/
void notes_have_looked(Notes *notes, bool all, bool early);

/* Whether anything was looked at early; has it looked at again. */
bool notes_were_early(const Notes *notes);
void notes_look_again(Notes *notes);

/* Takes over the newer notes that `more` has. Infallible: short of memory, all may have changed. */
void notes_append(Notes *notes, Notes *more);

/* Adds what there is in `more`, which stays; short of memory, all may have changed. */
void notes_copy(Notes *notes, const Notes *more);

/* Forgets what was looked at, or everything. */
void notes_forget_looked_at(Notes *notes);
void notes_clear(Notes *notes);

#endif
