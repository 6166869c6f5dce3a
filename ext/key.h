/*
** key.h: equality of values as core compares them, and a hash that agrees with it.
**
** An integer equals the real of the same value; text is compared by a built-in
** collation. NULL equals nothing and has no hash: callers leave it out. Calls
** bits.h.
*/
#ifndef SLOTS_KEY_H
#define SLOTS_KEY_H

#include <stdbool.h>

#include "value.h"

typedef enum Collation { COLLATION_BINARY, COLLATION_NOCASE, COLLATION_RTRIM } Collation;

/* The built-in collation of that name (NULL: BINARY); false for any other. */
bool collation_by_name(const char *name, Collation *collation);

uint64_t key_hash(const Value *value, Collation collation);

/* Combines the hashes of a key's columns, in order; start from 0. */
uint64_t key_hash_combine(uint64_t hash, uint64_t next);

bool key_equal(const Value *a, const Value *b, Collation collation);

#endif
