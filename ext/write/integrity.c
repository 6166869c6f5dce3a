/*
** integrity.c: see integrity.h.
*/
#include "integrity.h"

int integrity_check(Integrity *integrity, bool quick, char **error) {
  int rc = integrity_store(integrity);
  if (rc == SQLITE_OK && integrity->problem == NULL && !quick) rc = integrity_indexes(integrity);
  if (rc == SQLITE_OK && integrity->problem == NULL) rc = integrity_rows(integrity, quick, error);
  return rc;
}
