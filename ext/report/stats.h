/*
** stats.h: the report slots_stats('images'): rows and bytes by part, a row a
** figure. Calls report.h, resolve.h, store/, segment/, text/, value.h, base/order.h.
*/
#ifndef SLOTS_STATS_H
#define SLOTS_STATS_H

#include "report.h"

extern const Report stats_report;

#endif
