/*
** mutex.h: the mutexes of the lists that all connections of the process share.
**
** SQLite has three static mutexes for applications, so the lists of works and of images share one:
** neither list's code calls the other's. Whoever holds one may enter only those behind it here, and
** calls nothing of SQLite but its allocator. Calls nothing above SQLite.
*/
#ifndef SLOTS_MUTEX_H
#define SLOTS_MUTEX_H

#include "sqlite.h"

enum {
  MUTEX_REGISTRIES = SQLITE_MUTEX_STATIC_APP1,
  MUTEX_WORKS = SQLITE_MUTEX_STATIC_APP2,
  MUTEX_IMAGES = SQLITE_MUTEX_STATIC_APP2,
  MUTEX_MAPPINGS = SQLITE_MUTEX_STATIC_APP3
};

/* Leave it by sqlite3_mutex_leave; NULL where SQLite was built, or set, to have none. */
static inline sqlite3_mutex *mutex_enter(int which) {
  sqlite3_mutex *mutex = sqlite3_mutex_alloc(which);
  sqlite3_mutex_enter(mutex);
  return mutex;
}

#endif
