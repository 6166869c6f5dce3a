/*
** undo.h: the log of what a connection's transaction has changed, newest last.
**
** One log serves statements, savepoints and the transaction, over all slots
** tables of the connection: core numbers savepoints per connection. Mark n is
** the log's length when savepoint n was opened. A passive list: table.c and
** seal_range.c write entries; registry.c, and cache.c for a cache's own log, have
** them taken back or made final. Calls nothing above SQLite.
**
** Core tells a table only of savepoints that are opened after it joined the
** transaction. Those before it saw no change, so their marks are the log's
** length at the first mark that is heard of.
**
** For a statement that changes several rows core opens a savepoint, but not for UPDATE with FROM.
** So the log notes where each statement began: changes that come while sqlite3_total_changes
** stays as it is are of one.
*/
#ifndef SLOTS_UNDO_H
#define SLOTS_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sqlite.h"

struct Table;

typedef enum UndoKind {
  UNDO_NOTHING,  /* taken back already */
  UNDO_ROW,      /* open entry `rowid` was `before`: a Row, a tombstone or NULL */
  UNDO_SEAL,     /* `before` is a SealUndo (seal_undo.h): segments and open rows that were */
  UNDO_SEQUENCE, /* AUTOINCREMENT had got as far as `rowid` */
  UNDO_CREATE,   /* the table was created */
  UNDO_DROP      /* the table was dropped */
} UndoKind;

typedef struct UndoEntry {
  struct Table *table;
  int64_t rowid;
  void *before; /* owned by the entry */
  int8_t delta; /* UNDO_ROW: what it added to the table's number of rows */
  uint8_t kind; /* an UndoKind */
} UndoEntry;

typedef struct Undo {
  sqlite3 *db; /* the connection; NULL: nobody's */
  UndoEntry *entries;
  size_t count;
  size_t capacity;
  size_t *marks;
  size_t mark_count;
  size_t mark_capacity;
  size_t statement;      /* where the one under way began, */
  int statement_changes; /* what sqlite3_total_changes was then, */
  bool statement_known;  /* whether that is so, */
  bool statement_spans;  /* and whether it has made a second change */
  uint64_t epoch;        /* changes when later entries may be taken back without those so far */
  int reached; /* the outermost savepoint rolled back to since a watch began; -1: all was */
} Undo;

/* From undo_watch to undo_watched: whether what was there at its beginning was taken back. */
typedef struct UndoWatch {
  size_t marks; /* savepoints that were open */
  int reached;  /* as it was for the watch around this one */
} UndoWatch;

/* Room for `more` entries. SQLITE_OK or SQLITE_NOMEM. */
int undo_reserve(Undo *undo, size_t more);

/* Infallible after undo_reserve. */
void undo_push(Undo *undo, UndoEntry entry);

/* Opens savepoint `number`; one that is open already stays. SQLITE_OK or SQLITE_NOMEM. */
int undo_mark(Undo *undo, int number);

/* Closes savepoint `number` and those inside it, keeping what they changed. */
void undo_release(Undo *undo, int number);

/*
** A function of the application that is called in the middle of a change may roll back what
** the change is a part of. Watches nest; undo_watched ends one, and tells whether
** the transaction, or a savepoint that was open when it began, was rolled back.
*/
UndoWatch undo_watch(Undo *undo);
bool undo_watched(Undo *undo, const UndoWatch *watch);

/* Notes that savepoint `number`, or with -1 the transaction, was rolled back. */
void undo_reach(Undo *undo, int number);

/* Before a statement's change of a row. */
void undo_note_change(Undo *undo);

/* The next change belongs to another statement, even if sqlite3_total_changes has not moved. */
void undo_end_statement(Undo *undo);

/*
** Whether a statement that fails has made changes that no savepoint of its own takes back;
** *begin is where they begin.
*/
bool undo_has_statement(const Undo *undo, size_t *begin);

/* Where the entries begin that only the innermost savepoint, or statement, can take back. */
size_t undo_newest_mark(const Undo *undo);

/* Drops the entries from `from` on that are UNDO_NOTHING. */
void undo_compact(Undo *undo, size_t from);

/* Forgets all entries, which own nothing any more, and marks. */
void undo_reset(Undo *undo);
void undo_clear(Undo *undo);

#endif
