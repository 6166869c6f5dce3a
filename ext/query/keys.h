/*
** keys.h: the rows with a key of an index, or with one of a list of keys.
**
** A key is compared as core would, under the affinities of its columns. On a column of no numeric
** type a number leaves open whether texts are converted before they are compared (predicate.h). So
** the texts that are this number are looked up, too: the one that it is spelled by, where no text
** of the column spells a number otherwise (numerals.h). Where one does, all rows are read. Where
** none spells one at all there is one key only, whose rows are found as they are asked for. Core
** tests the rows again.
**
** Owns copies of keys. Calls scan.h, numerals.h, predicate.h, interval.h, schema.h, affinity.h,
** lookup.h, host.h.
*/
#ifndef SLOTS_KEYS_H
#define SLOTS_KEYS_H

#include "declare/schema.h"
#include "interval.h"
#include "scan.h"

/* What is kept from one look-up to the next. All zeros: nothing. */
typedef struct Keys {
  Value *values;         /* room for a key of so many columns; */
  sqlite3_value **owned; /* what its values may have been copied to */
  uint32_t room;
  Buffer bytes;     /* of its texts and blobs, while its rows are read */
  Predicate in;     /* the keys of a list */
  uint64_t version; /* of the table, in which these columns (bit i of column i) are known */
  uint64_t plain;   /* to spell numbers in one way only, */
  uint64_t none;    /* or not at all */
} Keys;

/* What is looked up, and where: the filter of the scan is not used. */
typedef struct KeyLookup {
  const Schema *schema;
  Scan *scan;
  uint32_t index; /* its number */
} KeyLookup;

/*
** Starts the scan at the first row of the rowids whose columns equal the key, an argument a column,
** or at the last. As scan_start.
*/
int keys_start(Keys *keys, const KeyLookup *lookup, sqlite3_value **arguments,
               IntegerInterval rowids, bool descending);

/* The same of an index of one column, with the values of an IN, whatever the rowid. */
int keys_start_list(Keys *keys, const KeyLookup *lookup, sqlite3_value *list, bool descending);

/* Frees what may take much memory. */
void keys_park(Keys *keys);

void keys_close(Keys *keys);

#endif
