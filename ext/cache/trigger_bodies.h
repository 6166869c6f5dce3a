/*
** trigger_bodies.h: the SQL that a cache's triggers run, to report which rows change (follow.h).
**
** Reads the source's unique indexes, through SQL only. Calls fetch.h, and source.h (its
** types).
*/
#ifndef SLOTS_TRIGGER_BODIES_H
#define SLOTS_TRIGGER_BODIES_H

#include <stdint.h>

#include "source.h"

enum {
  TRIGGER_INSERT,
  TRIGGER_UPDATE,
  TRIGGER_DELETE,
  TRIGGER_BEFORE_INSERT,
  TRIGGER_BEFORE_UPDATE,
  TRIGGER_EVENTS
};

/* What slots_note(id, key, kind) says of the row with that key. */
typedef enum NoteKind {
  NOTE_CHANGED,    /* it has changed */
  NOTE_WRITTEN,    /* the same, of a row that NOTE_BEGUN was of */
  NOTE_BEGUN,      /* one is about to be written that others may be in the way of; without a key */
  NOTE_IN_THE_WAY, /* it is, and may be removed with no further word */
} NoteKind;

/* What each trigger does; NULL: there is to be none. */
typedef struct TriggerBodies {
  char *of[TRIGGER_EVENTS];
} TriggerBodies;

/*
** Writes those of the cache `id`; `key` is what gives a row its rowid, as SQL. *known becomes false
** where rows in the way of a new one cannot be said in SQL. SQLITE_OK, SQLITE_NOMEM or an error of
** reading the schema; to be cleared whatever comes of it.
*/
int trigger_bodies_write(const Source *source, const char *key, int64_t id, TriggerBodies *bodies,
                         bool *known);
void trigger_bodies_clear(TriggerBodies *bodies);

#endif
