/*
** constraint.h: checks a row against NOT NULL, CHECK, the rowid and UNIQUE, in the order in which
** core does, and decides what happens where it breaks one.
**
** A statement's OR clause overrides the declaration's ON CONFLICT. Calls change.h, evaluation.h,
** store/, reader.h, base/.
*/
#ifndef SLOTS_CONSTRAINT_H
#define SLOTS_CONSTRAINT_H

#include "change.h"

/*
** Sets defaults where REPLACE says so, notes the rows that are to be replaced, or
** that the row is to be ignored. SQLITE_OK, SQLITE_CONSTRAINT_... or another
** error; nothing has changed yet.
*/
int constraint_check(const Writer *writer, Change *change);

/* PRAGMA ignore_check_constraints. SQLITE_OK or an error. */
int constraint_checks_are_off(const Writer *writer, bool *off);

#endif
