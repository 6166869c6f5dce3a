/*
** key.h: equality and order of values as core compares them, and a hash that agrees.
**
** An integer equals the real of the same value; text is compared by a built-in
** collation. key_equal has NULL equal nothing, and NULL has no
** hash: callers leave it out. Calls base/.
*/
#ifndef SLOTS_KEY_H
#define SLOTS_KEY_H

#include <stdbool.h>

#include "base/value.h"

typedef enum Collation { COLLATION_BINARY, COLLATION_NOCASE, COLLATION_RTRIM } Collation;

/* The built-in collation of that name (NULL: BINARY); false for any other. */
bool collation_by_name(const char *name, Collation *collation);

uint64_t key_hash(const Value *value, Collation collation);

/*
** Combines the hashes of a key's columns, in order; start from 0. `old_hash`: as in indexes of
** snapshots before version 8, where all keys of two equal values have the same hash.
*/
uint64_t key_hash_combine(uint64_t hash, uint64_t next, bool old_hash);

bool key_equal(const Value *a, const Value *b, Collation collation);

/*
** As core sorts: NULL, then numbers, then text, then blobs. Below 0 where a comes
** first, 0 where they are equal (NULL equals NULL here), above 0 where b does.
*/
int key_compare(const Value *a, const Value *b, Collation collation);

#endif
