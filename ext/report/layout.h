/*
** layout.h: the report slots_layout('images'), or ('images', segment): what
** pahole shows of a C struct, a row a slot, over all segments or of one. Calls report.h, resolve.h,
** declare.h, store.h, text/, message.h.
*/
#ifndef SLOTS_LAYOUT_H
#define SLOTS_LAYOUT_H

#include "report.h"

extern const Report layout_report;

#endif
