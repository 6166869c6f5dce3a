/*
** snapshot.h: a snapshot file opened for reading; lends its sections.
**
** The file comes from elsewhere: whatever it says is compared with the bytes that
** are there, at the moment they are used, and copied where it is used twice. What
** cannot be is not read: then a function answers SQLITE_CORRUPT or SQLITE_NOTADB.
** The layout is in snapshot_format.h.
**
** A Snapshot belongs to one connection; only the mapping behind it is shared.
** It is a Lender, reference-counted as such, and keeps the codecs that it opened.
** Calls sections.h, mapping.h, lender.h, text/, segment/segment_list.h, base/.
*/
#ifndef SLOTS_SNAPSHOT_H
#define SLOTS_SNAPSHOT_H

#include "base/buffer.h"
#include "mapping.h"
#include "sections.h"
#include "segment/segment_list.h"

typedef struct Snapshot {
  Lender lender;
  Mapping *mapping; /* a reference */
  char *path;       /* absolute */
  Sections sections;
  uint32_t columns;
  uint32_t segments;
  uint32_t indexes;
  uint32_t runs;
  const unsigned char *declaration; /* in the mapping; its last byte is zero */
  uint32_t declaration_size;
  int64_t sequence;          /* of AUTOINCREMENT */
  const unsigned char *list; /* of segments and runs, the catalog's rest; in the mapping */
  size_t list_size;
  TextCodec **codecs;       /* one a section; NULL: not opened */
  uint32_t *codec_sections; /* columns times segments */
} Snapshot;

/*
** Opens the file at `path`, looking only at its header and catalog. The caller has
** the one reference. An error has a message in sqlite3_malloc's memory, unless it
** is SQLITE_NOMEM.
*/
int snapshot_open(const char *path, Snapshot **snapshot, char **error);

/* The same over a file that is mapped already, and perhaps has no name any more. */
int snapshot_open_mapping(Mapping *mapping, Snapshot **snapshot, char **error);

void snapshot_release(Snapshot *snapshot); /* NULL is allowed */

/* Whether the file at its path is another one by now. As snapshot_open. */
int snapshot_outdated(const Snapshot *snapshot, bool *outdated, char **error);

#endif
