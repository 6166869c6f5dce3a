/*
** files.h: the operating system's side of snapshots: a whole file written and
** put in place at once, a file mapped to be read, and what tells two apart.
**
** Every failure is told with the name of the file and what the system said.
** Functions answer SQLite error codes, and *error is a message in
** sqlite3_malloc's memory. Needs POSIX; elsewhere each answers an error that
** says so. Calls file_calls.h, message.h.
*/
#ifndef SLOTS_FILES_H
#define SLOTS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What changes when a file is replaced or rewritten. */
typedef struct FileIdentity {
  uint64_t device;
  uint64_t inode;
  uint64_t size;       /* bytes */
  int64_t seconds;     /* last modification, and */
  int64_t nanoseconds; /* its fraction */
} FileIdentity;

bool file_identity_equal(const FileIdentity *a, const FileIdentity *b);

/*
** The path with the working directory in front where it is relative, and there is one that can be
** named; NULL without memory.
*/
char *file_absolute(const char *path);

/* The identity of what `path` names now, without opening it. */
int file_identify(const char *path, FileIdentity *identity, char **error);

/*
** Makes an empty file in the temporary directory that nobody else may read, for the
** caller to write over and to remove; *path is in sqlite3_malloc's memory.
*/
int file_temporary(char **path, char **error);

/* Takes the name away, if there is such a file. */
void file_remove(const char *path);

/* ---- mapping ---- */

/*
** Maps a regular file, of which there must be at least one byte, for reading,
** shared with whoever else maps it.
*/
int file_map(const char *path, FileIdentity *identity, const unsigned char **bytes, char **error);
void file_unmap(const unsigned char *bytes, uint64_t size);

/* ---- writing ---- */

/*
** A file being written beside `path`, under a name of its own. It has the
** permissions of the file at `path`, if there is one.
*/
typedef struct FileWriter {
  const char *path; /* borrowed */
  char *aside;      /* the name it is written under */
  int file;
  uint64_t at; /* bytes written */
  char **error;
} FileWriter;

/* Of a file at `path` only one that is empty, or begins with so many bytes, is replaced. */
int file_writer_open(FileWriter *writer, const char *path, const void *begin, size_t size,
                     char **error);
int file_write(FileWriter *writer, const void *bytes, size_t size);

/* Writes at the beginning again. */
int file_rewrite(FileWriter *writer, const void *bytes, size_t size);

/*
** Brings it to the disk and into place: `path` is the old file until then and
** the new one from then on, whenever the machine stops. Closes the writer.
*/
int file_writer_commit(FileWriter *writer);

/* Removes what was written, if it was not committed. Nothing else after an error. */
void file_writer_close(FileWriter *writer);

#endif
