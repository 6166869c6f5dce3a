/*
** overlap.h: texts in an order in which the end of one is the beginning of the next.
**
** The shortest text that contains all of them is hard to find; joining the two that
** share most, again and again, comes close (Tarhio and Ukkonen, "A greedy
** approximation algorithm for constructing shortest common superstrings", 1988).
**
** Owns its working space. Calls symbols.h only.
*/
#ifndef SLOTS_TEXT_OVERLAP_H
#define SLOTS_TEXT_OVERLAP_H

#include "symbols.h"

#define OVERLAP_NONE UINT32_MAX

/* What follows on a text in its chain. */
typedef struct OverlapLink {
  uint32_t next;   /* text, or OVERLAP_NONE */
  uint32_t shared; /* bytes of its end that the next one begins with */
  uint32_t before; /* text that this one follows on, or OVERLAP_NONE */
} OverlapLink;

/*
** Fills in link[i] for each of `count` texts, i being bytes[start[i]] up to
** bytes[start[i + 1]], of at most TOKEN_BYTES_MAX bytes. SQLITE_OK or SQLITE_NOMEM.
*/
int overlap_link(const unsigned char *bytes, const uint32_t *start, uint32_t count,
                 OverlapLink *link);

#endif
