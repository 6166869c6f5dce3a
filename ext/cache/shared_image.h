/*
** shared_image.h: one copy of the rows for those caches of a process, each in its
** own connection, that hold the same rows of the same file.
**
** Caches take part under a key: the database file, the source, the declaration.
** While more than one does, one of them publishes its rows as a mapped file
** without a name, and the others take that up. The list is the process's and
** changes under a mutex. Calls mapping.h, mutex.h.
*/
#ifndef SLOTS_SHARED_IMAGE_H
#define SLOTS_SHARED_IMAGE_H

#include "snapshot/mapping.h"

typedef struct SharedImage SharedImage;

/* Takes part under a key, which is copied. SQLITE_OK or SQLITE_NOMEM. */
int shared_image_join(const char *key, SharedImage **image);
void shared_image_leave(SharedImage *image); /* NULL is allowed */

/* Whether anybody else takes part. */
bool shared_image_is_wanted(const SharedImage *image);

/* Another number after each publishing; 0: nothing was published, or NULL. */
uint64_t shared_image_generation(const SharedImage *image);

/* What was published last, with a reference for the caller, or NULL. */
Mapping *shared_image_mapping(const SharedImage *image);

/* Publishes a mapping, of which a reference is taken over. */
void shared_image_publish(SharedImage *image, Mapping *mapping);

#endif
