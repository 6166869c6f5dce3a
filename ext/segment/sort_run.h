/*
** sort_run.h: sorts a run of up to 65,536 rows, each given with the values to sort it by.
**
** An item is a row with a key of 64 bits: a *digit* of its values. Digits are, for each term of the
** order, the rank of the type (NULL, numbers, texts, blobs), then of a number the number itself,
** of texts and blobs seven bytes and how many more there are. Items are sorted by one digit
** (least significant byte first, bytes that all have alike left out), and each group that has it in
** common by the next: what radix sort by the most significant digit first does with 64 bits at a
** time. Few items are compared instead. Rows with equal values stay in the order in which they were
** added, either way, as core's sorter leaves them.
**
** Owns copies of the values. Calls index_def.h, key.h, bits.h, ascii.h, buffer.h.
*/
#ifndef SLOTS_SORT_RUN_H
#define SLOTS_SORT_RUN_H

#include "base/buffer.h"
#include "index_def.h"

#define SORT_ROWS 65536 /* of a run, at most */
#define SORT_TERMS 8

typedef struct SortTerm {
  int column; /* -1: the rowid */
  Collation collation;
  bool descending;
  bool indexed;           /* the column has an index, */
  IndexPrefixes prefixes; /* or comes second or third in some */
} SortTerm;

typedef struct SortOrder {
  uint32_t count; /* 0: none is asked for */
  SortTerm terms[SORT_TERMS];
} SortOrder;

/* A value to sort by. Of a text the bytes are kept that its collation compares, and a zero byte. */
typedef struct SortValue {
  union {
    int64_t integer;
    double real;
    size_t offset; /* in SortRun.bytes */
  };
  uint32_t size; /* of bytes */
  uint8_t type;  /* a ValueType */
} SortValue;

/* Where a row is, for whoever reads it. */
typedef struct SortRow {
  int64_t rowid;
  uint32_t row;
} SortRow;

typedef struct SortItem {
  uint64_t key; /* a digit */
  uint32_t at;  /* of the row, in the order in which rows were added */
} SortItem;

typedef struct SortRun {
  const SortOrder *order;
  uint32_t count; /* rows */
  uint32_t capacity;
  SortRow *rows;
  SortValue *values;         /* order->count of each row */
  uint8_t ranks[SORT_TERMS]; /* bit i: a value of the term has rank i */
  bool reals[SORT_TERMS];    /* a value of the term is a real */
  Buffer bytes;
  SortItem *items;   /* in order after sort_run_sort; */
  SortItem *scratch; /* as many, in the same block */
  uint32_t room;     /* of items */
} SortRun;

/* The order must outlive the run. */
void sort_run_open(SortRun *run, const SortOrder *order);
void sort_run_close(SortRun *run);

/* Forgets the rows; room is kept. */
void sort_run_clear(SortRun *run);

/* Adds a row, whose values are to be set one by one. SQLITE_OK or SQLITE_NOMEM. */
int sort_run_add(SortRun *run, SortRow row);

/* Sets the value of a term for the row that was added last. SQLITE_OK, SQLITE_NOMEM or TOOBIG. */
int sort_run_set(SortRun *run, uint32_t term, const Value *value);

/* Takes the row back that was added last. */
void sort_run_drop(SortRun *run);

/* Adds row number `at` of another run of the same order. As sort_run_set. */
int sort_run_copy(SortRun *run, const SortRun *from, uint32_t at);

/* Below 0 where row number `at` of `run` comes first, above 0 where the other does, 0: neither. */
int sort_run_compare(const SortRun *run, uint32_t at, const SortRun *other, uint32_t other_at);

/*
** The value of a term that a row was added with, or false where it was not kept as it is: valid
** until rows are added.
*/
bool sort_run_value(const SortRun *run, uint32_t at, uint32_t term, Value *value);

/* Sorts the items. SQLITE_OK or SQLITE_NOMEM. */
int sort_run_sort(SortRun *run);

/* After that: puts the first `count` rows in order, and drops the others. As sort_run_set. */
int sort_run_cut(SortRun *run, uint32_t count);

/* Bytes that the rows take, the items left out. */
uint64_t sort_run_memory(const SortRun *run);

#endif
