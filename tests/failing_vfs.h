/*
** failing_vfs.h: the default VFS, made to fail on demand. Included once, by the one C file of a
** host; installed before a database is opened. Calls nothing.
**
** One kind of call fails: call number `calls_left` of that kind, or that and all that follow.
*/
#ifndef TESTS_FAILING_VFS_H
#define TESTS_FAILING_VFS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum Call { READ, WRITE, FULL, SYNC, OPEN, LOCK, CALLS } Call;

static const char *const call_names[CALLS] = {"read", "write", "write, disk full",
                                              "sync", "open",  "lock"};

static sqlite3_vfs *system_vfs;
static Call failing_call;
static int calls_left = -1; /* before one fails; -1: none does */
static bool calls_keep_failing;
static int calls_failed;

typedef struct ShimFile {
  sqlite3_file base;
  sqlite3_file *real; /* behind this struct */
} ShimFile;

static inline sqlite3_file *real_file(sqlite3_file *file) { return ((ShimFile *)file)->real; }

static inline bool call_fails(Call call) {
  if (calls_left < 0 || call != failing_call) return false;
  if (calls_left > 0) {
    calls_left--;
    return false;
  }
  if (!calls_keep_failing) calls_left = -1;
  calls_failed++;
  return true;
}

static inline int shim_close(sqlite3_file *file) {
  return real_file(file)->pMethods == NULL ? SQLITE_OK
                                           : real_file(file)->pMethods->xClose(real_file(file));
}

static inline int shim_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at) {
  if (call_fails(READ)) return SQLITE_IOERR_READ;
  return real_file(file)->pMethods->xRead(real_file(file), bytes, size, at);
}

static inline int shim_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at) {
  if (call_fails(WRITE)) return SQLITE_IOERR_WRITE;
  if (call_fails(FULL)) return SQLITE_FULL;
  return real_file(file)->pMethods->xWrite(real_file(file), bytes, size, at);
}

static inline int shim_truncate(sqlite3_file *file, sqlite3_int64 size) {
  return real_file(file)->pMethods->xTruncate(real_file(file), size);
}

/* Where it does not fail it is left out: no test loses power, and syncing takes its time. */
static inline int shim_sync(sqlite3_file *file, int flags) {
  (void)file, (void)flags;
  return call_fails(SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static inline int shim_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real_file(file)->pMethods->xFileSize(real_file(file), size);
}

static inline int shim_lock(sqlite3_file *file, int level) {
  if (call_fails(LOCK)) return SQLITE_BUSY;
  return real_file(file)->pMethods->xLock(real_file(file), level);
}

static inline int shim_unlock(sqlite3_file *file, int level) {
  return real_file(file)->pMethods->xUnlock(real_file(file), level);
}

static inline int shim_check_lock(sqlite3_file *file, int *reserved) {
  return real_file(file)->pMethods->xCheckReservedLock(real_file(file), reserved);
}

static inline int shim_control(sqlite3_file *file, int what, void *argument) {
  return real_file(file)->pMethods->xFileControl(real_file(file), what, argument);
}

static inline int shim_sector(sqlite3_file *file) {
  return real_file(file)->pMethods->xSectorSize(real_file(file));
}

static inline int shim_traits(sqlite3_file *file) {
  return real_file(file)->pMethods->xDeviceCharacteristics(real_file(file));
}

static inline int shim_map(sqlite3_file *file, int page, int size, int extend,
                           void volatile **memory) {
  return real_file(file)->pMethods->xShmMap(real_file(file), page, size, extend, memory);
}

static inline int shim_shared_lock(sqlite3_file *file, int offset, int count, int flags) {
  if ((flags & SQLITE_SHM_LOCK) && call_fails(LOCK)) return SQLITE_BUSY;
  return real_file(file)->pMethods->xShmLock(real_file(file), offset, count, flags);
}

static inline void shim_barrier(sqlite3_file *file) {
  real_file(file)->pMethods->xShmBarrier(real_file(file));
}

static inline int shim_unmap(sqlite3_file *file, int forget) {
  return real_file(file)->pMethods->xShmUnmap(real_file(file), forget);
}

/* Version 2: with shared memory, for WAL, and without xFetch, so that each page is read. */
static inline int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                            int *opened) {
  static const sqlite3_io_methods methods = {.iVersion = 2,
                                             .xClose = shim_close,
                                             .xRead = shim_read,
                                             .xWrite = shim_write,
                                             .xTruncate = shim_truncate,
                                             .xSync = shim_sync,
                                             .xFileSize = shim_size,
                                             .xLock = shim_lock,
                                             .xUnlock = shim_unlock,
                                             .xCheckReservedLock = shim_check_lock,
                                             .xFileControl = shim_control,
                                             .xSectorSize = shim_sector,
                                             .xDeviceCharacteristics = shim_traits,
                                             .xShmMap = shim_map,
                                             .xShmLock = shim_shared_lock,
                                             .xShmBarrier = shim_barrier,
                                             .xShmUnmap = shim_unmap};
  ShimFile *shim = (ShimFile *)file;
  (void)vfs;
  shim->base.pMethods = NULL;
  shim->real = (sqlite3_file *)(void *)(shim + 1);
  if (call_fails(OPEN)) return SQLITE_CANTOPEN;
  int rc = system_vfs->xOpen(system_vfs, name, shim->real, flags, opened);
  if (rc == SQLITE_OK) shim->base.pMethods = &methods;
  return rc;
}

/* The default from then on. */
static inline int install_failing_vfs(void) {
  static sqlite3_vfs shim;
  system_vfs = sqlite3_vfs_find(NULL);
  shim = *system_vfs;
  shim.zName = "failing";
  shim.szOsFile = (int)sizeof(ShimFile) + system_vfs->szOsFile;
  shim.xOpen = shim_open;
  return sqlite3_vfs_register(&shim, 1);
}

#endif
