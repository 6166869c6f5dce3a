/*
** speed_script.h: reads the queries of speed_driver.c: SQL with directives.
**
**    -- @table NAME          begins a section: this table is made, the one before dropped
**    -- @columns LIST        its columns, as in CREATE TABLE
**    -- @index COLUMN        (may be left out) slots: INDEX(COLUMN); ordinary: CREATE INDEX
**                            after the load
**    -- @rows SELECT         what it is filled with, `source` being the database of rows
**    -- @load TITLE          (may be left out) the load is measured, too: once
**
**    -- @query TITLE         what follows, up to a line that ends in a semicolon, is run
**    -- @per UNIT [COUNT]    times are given per UNIT, COUNT of which are in an execution. Left
**                            out: COUNT is 1, but for `per row` without @keys the rows of
**                            the table; UNIT is `query`
**    -- @keys SELECT         rows whose values are bound to ?1, ?2 ..., one an execution, all of them in a pass
**    -- @fresh               before each pass the table is made anew
**    -- @transaction         a pass is one transaction
**
** Other lines that begin with two hyphens are comments. Errors end the program.
*/
#ifndef SPEED_SCRIPT_H
#define SPEED_SCRIPT_H

#include <stdbool.h>
#include <stdio.h>

#define SCRIPT_TEXT 8192 /* bytes of a line, of a statement */

/* An empty string stands for what is left out. */
typedef struct Section {
  char table[64];
  char columns[1024];
  char index[64];
  char rows[1024];
  char load[64];
} Section;

typedef struct Query {
  char title[64];
  char unit[16];
  double per; /* units an execution; 0: the rows of the table */
  char keys[1024];
  bool fresh;
  bool transaction;
  char sql[SCRIPT_TEXT];
} Query;

typedef struct Script {
  FILE *file;
  Section section;
  Query query;
  int sections; /* begun so far */
} Script;

/* Reads up to the end of the next query; false: there is none. */
bool script_next(Script *script);

/* Ends the program with a message. */
void fail(const char *what, const char *why);

#endif
