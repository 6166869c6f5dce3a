/*
** limits.h: how large a segment may be. Calls nothing.
*/
#ifndef SLOTS_SEGMENT_LIMITS_H
#define SLOTS_SEGMENT_LIMITS_H

#define SEGMENT_ROWS 65536    /* so that 16 bits number a row */
#define SEGMENT_COLUMNS 32767 /* of a table, in SQLite */

#endif
