/*
** catalog.h: the table that a snapshot file holds, as segments and indexes.
**
** The catalog was looked at when the file was opened as far as its fixed part goes;
** what it says of segments and runs is checked here, against the section table and
** against each other. Calls snapshot.h, sections.h, segment/, integers.h.
*/
#ifndef SLOTS_CATALOG_H
#define SLOTS_CATALOG_H

#include "snapshot.h"

/*
** The rows: a list of lent segments, numbered behind *serials, with the lent indexes
** over them (NULL for no row). To be called once for a Snapshot. SQLITE_OK, NOMEM or
** CORRUPT.
*/
int catalog_list(Snapshot *snapshot, uint64_t *serials, SegmentList **list, uint64_t *rows);

#endif
