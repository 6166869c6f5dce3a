/*
** file_calls.h: the system calls that files.c makes, in a table, so that a test
** can make each of them fail. The table is constant but in a build with
** SLOTS_TEST_FILES. Calls the operating system only.
*/
#ifndef SLOTS_FILE_CALLS_H
#define SLOTS_FILE_CALLS_H

#include <sys/stat.h>
#include <sys/types.h>

typedef struct FileCalls {
  int (*open)(const char *path, int flags, mode_t mode);
  int (*close)(int file);
  int (*stat)(const char *path, struct stat *into);
  int (*fstat)(int file, struct stat *into);
  int (*fchmod)(int file, mode_t mode);
  ssize_t (*pread)(int file, void *bytes, size_t size, off_t at);
  ssize_t (*pwrite)(int file, const void *bytes, size_t size, off_t at);
  int (*fsync)(int file);
  int (*rename)(const char *from, const char *to);
  int (*unlink)(const char *path);
  void *(*mmap)(void *at, size_t size, int protection, int flags, int file, off_t offset);
  int (*munmap)(void *bytes, size_t size);
} FileCalls;

#ifdef SLOTS_TEST_FILES
extern FileCalls file_calls;
#endif

#endif
