/*
** files.c: see files.h.
*/
#if !defined(_WIN32)
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#endif
#include "files.h"

#include "base/message.h"
#include "base/sqlite.h"

#if !defined(_WIN32)

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file_calls.h"

static int open_file(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

#ifdef SLOTS_TEST_FILES
FileCalls file_calls
#else
static const FileCalls file_calls
#endif
    = {.open = open_file,
       .close = close,
       .stat = stat,
       .fstat = fstat,
       .fchmod = fchmod,
       .pread = pread,
       .pwrite = pwrite,
       .fsync = fsync,
       .rename = rename,
       .unlink = unlink,
       .mmap = mmap,
       .munmap = munmap};

/* "cannot open /data/images.slots: No such file or directory" */
static int fail(char **error, const char *what, const char *path) {
  int number = errno, rc = number == EIO ? SQLITE_IOERR : SQLITE_CANTOPEN;
  if (number == ENOSPC || number == EDQUOT) rc = SQLITE_FULL;
  return message_fail(error, rc, "cannot %s %s: %s", what, path, strerror(number));
}

/* ---- names and identities ----------------------------------------------------- */

char *file_absolute(const char *path) {
  if (path[0] == '/') return sqlite3_mprintf("%s", path);
  size_t size = 256;
  char *room = NULL, *directory;
  do {
    size *= 2;
    sqlite3_free(room);
    room = sqlite3_malloc64(size);
    if (room == NULL) return NULL;
    directory = getcwd(room, size);
  } while (directory == NULL && errno == ERANGE);
  char *absolute =
      directory == NULL ? sqlite3_mprintf("%s", path) : sqlite3_mprintf("%s/%s", directory, path);
  sqlite3_free(room);
  return absolute;
}

/* Of a file that nobody else writes: processes that were forked draw the same numbers. */
static sqlite3_uint64 draw_name(void) {
  sqlite3_uint64 name = 0;
  sqlite3_randomness(sizeof name, &name);
  return name ^ (sqlite3_uint64)getpid();
}

int file_temporary(char **path, char **error) {
  const char *directory = getenv("SQLITE_TMPDIR");
  if (directory == NULL) directory = getenv("TMPDIR");
  if (directory == NULL) directory = "/tmp";
  *path = sqlite3_mprintf("%s/slots-%llx", directory, draw_name());
  if (*path == NULL) return SQLITE_NOMEM;
  int file = file_calls.open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    file_calls.close(file);
    return SQLITE_OK;
  }
  int rc = fail(error, "create", *path);
  sqlite3_free(*path);
  *path = NULL;
  return rc;
}

void file_remove(const char *path) { file_calls.unlink(path); }

bool file_identity_equal(const FileIdentity *a, const FileIdentity *b) {
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

static FileIdentity identity_of(const struct stat *status) {
  return (FileIdentity){.device = (uint64_t)status->st_dev,
                        .inode = (uint64_t)status->st_ino,
                        .size = (uint64_t)status->st_size,
                        .seconds = (int64_t)status->st_mtim.tv_sec,
                        .nanoseconds = (int64_t)status->st_mtim.tv_nsec};
}

int file_identify(const char *path, FileIdentity *identity, char **error) {
  struct stat status;
  if (file_calls.stat(path, &status) != 0) return fail(error, "look at", path);
  *identity = identity_of(&status);
  return SQLITE_OK;
}

/* ---- mapping -------------------------------------------------------------------- */

static int map_open_file(int file, const char *path, FileIdentity *identity,
                         const unsigned char **bytes, char **error) {
  struct stat status;
  if (file_calls.fstat(file, &status) != 0) return fail(error, "look at", path);
  *identity = identity_of(&status);
  if (!S_ISREG(status.st_mode) || identity->size == 0 || identity->size > SIZE_MAX / 2) {
    return message_fail(error, SQLITE_NOTADB, "%s is not a snapshot of a slots table", path);
  }
  void *mapped = file_calls.mmap(NULL, (size_t)identity->size, PROT_READ, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) return fail(error, "map", path);
  *bytes = mapped;
  return SQLITE_OK;
}

int file_map(const char *path, FileIdentity *identity, const unsigned char **bytes, char **error) {
  /* Not to be kept waiting by what is no file: a pipe nobody writes to, a terminal. */
  int file = file_calls.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (file < 0) return fail(error, "open", path);
  int rc = map_open_file(file, path, identity, bytes, error);
  file_calls.close(file);
  return rc;
}

void file_unmap(const unsigned char *bytes, uint64_t size) {
  file_calls.munmap((void *)(uintptr_t)bytes, (size_t)size);
}

/* ---- writing -------------------------------------------------------------------- */

#define BEGIN_MAX 16 /* bytes that tell what a file is */

/* What a user has under that name by mistake must not be lost. */
static int check_replaced(const char *path, const struct stat *old, const void *begin, size_t size,
                          char **error) {
  unsigned char bytes[BEGIN_MAX];
  if (S_ISDIR(old->st_mode)) return SQLITE_OK; /* rename says so */
  if (S_ISREG(old->st_mode) && old->st_size == 0) return SQLITE_OK;
  ssize_t there = 0;
  if (S_ISREG(old->st_mode)) {
    int file = file_calls.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if (file < 0) return fail(error, "look into", path);
    there = file_calls.pread(file, bytes, size, 0);
    int rc = there < 0 ? fail(error, "look into", path) : SQLITE_OK;
    file_calls.close(file);
    if (rc != SQLITE_OK) return rc;
  }
  if (there == (ssize_t)size && memcmp(bytes, begin, size) == 0) return SQLITE_OK;
  return message_fail(error, SQLITE_ERROR,
                      "%s is no snapshot of a slots table, and not replaced: remove it, or choose "
                      "another name",
                      path);
}

/* Creates the file that is written, with the permissions of the one that it is to replace. */
static int create_aside(FileWriter *writer, const struct stat *old) {
  char *aside = sqlite3_mprintf("%s.%016llx.tmp", writer->path, draw_name());
  if (aside == NULL) return SQLITE_NOMEM;
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  writer->file = file_calls.open(aside, flags, old == NULL ? 0666 : 0600);
  if (writer->file < 0) {
    int rc = fail(writer->error, "create", aside);
    sqlite3_free(aside);
    return rc;
  }
  writer->aside = aside;
  if (old == NULL || file_calls.fchmod(writer->file, old->st_mode & 0777) == 0) return SQLITE_OK;
  return fail(writer->error, "set the permissions of", aside);
}

int file_writer_open(FileWriter *writer, const char *path, const void *begin, size_t size,
                     char **error) {
  struct stat old;
  *writer = (FileWriter){.path = path, .file = -1, .error = error};
  if (size > BEGIN_MAX) return SQLITE_MISUSE;
  if (file_calls.stat(path, &old) != 0) {
    return errno == ENOENT ? create_aside(writer, NULL) : fail(error, "look at", path);
  }
  int rc = check_replaced(path, &old, begin, size, error);
  return rc == SQLITE_OK ? create_aside(writer, &old) : rc;
}

/* A system that writes nothing without an error has no room. */
static int write_at(FileWriter *writer, const void *bytes, size_t size, uint64_t place) {
  const unsigned char *at = bytes;
  while (size > 0) {
    ssize_t written = file_calls.pwrite(writer->file, at, size, (off_t)place);
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = ENOSPC;
    if (written <= 0) return fail(writer->error, "write", writer->aside);
    at += written;
    place += (uint64_t)written;
    size -= (size_t)written;
  }
  return SQLITE_OK;
}

int file_write(FileWriter *writer, const void *bytes, size_t size) {
  int rc = write_at(writer, bytes, size, writer->at);
  if (rc == SQLITE_OK) writer->at += size;
  return rc;
}

int file_rewrite(FileWriter *writer, const void *bytes, size_t size) {
  return write_at(writer, bytes, size, 0);
}

/* The directory that `path` is in, opened; -1 without one. */
static int open_directory(const char *path, char **name) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL) {
    *name = sqlite3_mprintf(".");
  } else {
    *name = sqlite3_mprintf("%.*s", slash == path ? 1 : (int)(slash - path), path);
  }
  return *name == NULL ? -1 : file_calls.open(*name, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
}

/* A file system that cannot sync a directory says EINVAL, and has nothing to bring to disk. */
static int sync_directory(FileWriter *writer, int directory, const char *name) {
  if (file_calls.fsync(directory) == 0 || errno == EINVAL) return SQLITE_OK;
  int rc = fail(writer->error, "sync the directory", name);
  char *reason = *writer->error;
  if (reason == NULL) return rc;
  rc = message_fail(writer->error, rc,
                    "%s; the new %s is in place, but the old one may come back if the machine "
                    "stops now",
                    reason, writer->path);
  sqlite3_free(reason);
  return rc;
}

static int put_in_place(FileWriter *writer, int directory, const char *name) {
  if (file_calls.fsync(writer->file) != 0) return fail(writer->error, "sync", writer->aside);
  int closed = file_calls.close(writer->file);
  writer->file = -1;
  if (closed != 0) return fail(writer->error, "close", writer->aside);
  if (file_calls.rename(writer->aside, writer->path) != 0) {
    return fail(writer->error, "replace", writer->path);
  }
  sqlite3_free(writer->aside);
  writer->aside = NULL;
  return sync_directory(writer, directory, name);
}

int file_writer_commit(FileWriter *writer) {
  char *name = NULL;
  int directory = open_directory(writer->path, &name); /* first: afterwards is too late to fail */
  int rc = SQLITE_NOMEM;
  if (directory >= 0) {
    rc = put_in_place(writer, directory, name);
    file_calls.close(directory);
  } else if (name != NULL) {
    rc = fail(writer->error, "open the directory", name);
  }
  sqlite3_free(name);
  file_writer_close(writer);
  return rc;
}

void file_writer_close(FileWriter *writer) {
  if (writer->file >= 0) file_calls.close(writer->file);
  if (writer->aside != NULL) file_calls.unlink(writer->aside);
  sqlite3_free(writer->aside);
  *writer = (FileWriter){.file = -1};
}

#else /* no mmap, and no rename over an open file */

static int unsupported(char **error) {
  return message_fail(error, SQLITE_ERROR, "snapshots of slots tables need POSIX");
}

char *file_absolute(const char *path) { return sqlite3_mprintf("%s", path); }

bool file_identity_equal(const FileIdentity *a, const FileIdentity *b) {
  (void)a, (void)b;
  return true;
}

int file_temporary(char **path, char **error) {
  *path = NULL;
  return unsupported(error);
}

void file_remove(const char *path) { (void)path; }

int file_identify(const char *path, FileIdentity *identity, char **error) {
  (void)path, (void)identity;
  return unsupported(error);
}

int file_map(const char *path, FileIdentity *identity, const unsigned char **bytes, char **error) {
  (void)path, (void)identity, (void)bytes;
  return unsupported(error);
}

void file_unmap(const unsigned char *bytes, uint64_t size) { (void)bytes, (void)size; }

int file_writer_open(FileWriter *writer, const char *path, const void *begin, size_t size,
                     char **error) {
  (void)begin, (void)size;
  *writer = (FileWriter){.path = path, .file = -1, .error = error};
  return unsupported(error);
}

int file_write(FileWriter *writer, const void *bytes, size_t size) {
  (void)bytes, (void)size;
  return unsupported(writer->error);
}

int file_rewrite(FileWriter *writer, const void *bytes, size_t size) {
  (void)bytes, (void)size;
  return unsupported(writer->error);
}

int file_writer_commit(FileWriter *writer) { return unsupported(writer->error); }

void file_writer_close(FileWriter *writer) { (void)writer; }

#endif
