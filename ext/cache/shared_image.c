/*
** shared_image.c: see shared_image.h.
*/
#include "shared_image.h"

#include <string.h>

#include "base/mutex.h"
#include "base/sqlite.h"

struct SharedImage {
  struct SharedImage *next;
  char *key;
  uint32_t users;
  uint64_t generation;
  Mapping *mapping; /* a reference, or NULL */
};

/* The images of the process, under MUTEX_IMAGES. */
static SharedImage *images;

static SharedImage *make(const char *key) {
  SharedImage *image = sqlite3_malloc64(sizeof *image);
  if (image == NULL) return NULL;
  *image = (SharedImage){.key = sqlite3_mprintf("%s", key)};
  if (image->key == NULL) {
    sqlite3_free(image);
    return NULL;
  }
  image->next = images;
  images = image;
  return image;
}

int shared_image_join(const char *key, SharedImage **joined) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_IMAGES);
  SharedImage *image = images;
  while (image != NULL && strcmp(image->key, key) != 0) image = image->next;
  if (image == NULL) image = make(key);
  if (image != NULL) image->users++;
  sqlite3_mutex_leave(mutex);
  *joined = image;
  return image == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

void shared_image_leave(SharedImage *image) {
  if (image == NULL) return;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_IMAGES);
  bool last = --image->users == 0;
  SharedImage **link = &images;
  while (*link != image) link = &(*link)->next;
  if (last) *link = image->next;
  sqlite3_mutex_leave(mutex);
  if (!last) return;
  mapping_release(image->mapping);
  sqlite3_free(image->key);
  sqlite3_free(image);
}

bool shared_image_is_wanted(const SharedImage *image) {
  if (image == NULL) return false;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_IMAGES);
  bool wanted = image->users > 1;
  sqlite3_mutex_leave(mutex);
  return wanted;
}

uint64_t shared_image_generation(const SharedImage *image) {
  if (image == NULL) return 0;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_IMAGES);
  uint64_t generation = image->generation;
  sqlite3_mutex_leave(mutex);
  return generation;
}

Mapping *shared_image_mapping(const SharedImage *image) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_IMAGES);
  Mapping *mapping = image->mapping == NULL ? NULL : mapping_retain(image->mapping);
  sqlite3_mutex_leave(mutex);
  return mapping;
}

void shared_image_publish(SharedImage *image, Mapping *mapping) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_IMAGES);
  Mapping *before = image->mapping;
  image->mapping = mapping;
  image->generation++;
  sqlite3_mutex_leave(mutex);
  mapping_release(before);
}
