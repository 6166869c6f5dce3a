/*
** mapping.c: see mapping.h.
*/
#include "mapping.h"

#include "base/mutex.h"
#include "base/sqlite.h"

/* The mappings of the process, under MUTEX_MAPPINGS. */
static Mapping *mappings;

/* The one of that file, with one more reference, or NULL. */
static Mapping *share(const FileIdentity *identity) {
  Mapping *mapping = mappings;
  while (mapping != NULL && !file_identity_equal(&mapping->identity, identity)) {
    mapping = mapping->next;
  }
  if (mapping != NULL) mapping->references++;
  return mapping;
}

static int map(const char *path, Mapping **mapping, char **error) {
  FileIdentity identity;
  const unsigned char *bytes = NULL;
  int rc = file_map(path, &identity, &bytes, error);
  if (rc != SQLITE_OK) return rc;
  *mapping = share(&identity); /* replaced since it was looked at by one that is known */
  Mapping *made = *mapping != NULL ? NULL : sqlite3_malloc64(sizeof *made);
  if (made == NULL) {
    file_unmap(bytes, identity.size);
    return *mapping != NULL ? SQLITE_OK : SQLITE_NOMEM;
  }
  *made = (Mapping){.next = mappings, .references = 1, .identity = identity, .bytes = bytes};
  mappings = made;
  *mapping = made;
  return SQLITE_OK;
}

int mapping_open(const char *path, Mapping **mapping, char **error) {
  FileIdentity identity;
  *mapping = NULL;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_MAPPINGS);
  int rc = file_identify(path, &identity, error);
  if (rc == SQLITE_OK) *mapping = share(&identity);
  if (rc == SQLITE_OK && *mapping == NULL) rc = map(path, mapping, error);
  sqlite3_mutex_leave(mutex);
  return rc;
}

Mapping *mapping_retain(Mapping *mapping) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_MAPPINGS);
  mapping->references++;
  sqlite3_mutex_leave(mutex);
  return mapping;
}

void mapping_release(Mapping *mapping) {
  if (mapping == NULL) return;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_MAPPINGS);
  bool last = --mapping->references == 0;
  if (last) {
    Mapping **link = &mappings;
    while (*link != mapping) link = &(*link)->next;
    *link = mapping->next;
  }
  sqlite3_mutex_leave(mutex);
  if (!last) return;
  file_unmap(mapping->bytes, mapping->identity.size);
  sqlite3_free(mapping);
}
