/*
** buffer.c: see buffer.h.
*/
#include "buffer.h"

#include <string.h>

#include "sqlite.h"

int buffer_reserve(Buffer *buffer, size_t more) {
  if (more <= buffer->capacity - buffer->size) return SQLITE_OK;
  if (more > BUFFER_LIMIT - buffer->size) return SQLITE_TOOBIG;
  size_t needed = buffer->size + more;
  size_t capacity = buffer->capacity + buffer->capacity / 2;
  if (capacity < needed) capacity = needed;
  if (capacity < 64) capacity = 64;
  if (capacity > BUFFER_LIMIT) capacity = BUFFER_LIMIT;
  unsigned char *bytes = sqlite3_realloc64(buffer->bytes, capacity);
  if (bytes == NULL) return SQLITE_NOMEM;
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return SQLITE_OK;
}

int buffer_append(Buffer *buffer, const void *bytes, size_t size) {
  if (size == 0) return SQLITE_OK;
  int rc = buffer_reserve(buffer, size);
  if (rc != SQLITE_OK) return rc;
  memcpy(buffer->bytes + buffer->size, bytes, size);
  buffer->size += size;
  return SQLITE_OK;
}

int buffer_append_zeros(Buffer *buffer, size_t size) {
  if (size == 0) return SQLITE_OK;
  int rc = buffer_reserve(buffer, size);
  if (rc != SQLITE_OK) return rc;
  memset(buffer->bytes + buffer->size, 0, size);
  buffer->size += size;
  return SQLITE_OK;
}

int buffer_align(Buffer *buffer, size_t alignment) {
  return buffer_append_zeros(buffer, (0 - buffer->size) & (alignment - 1));
}

void buffer_trim(Buffer *buffer) {
  if (buffer->size == buffer->capacity || buffer->size == 0) return;
  unsigned char *bytes = sqlite3_realloc64(buffer->bytes, buffer->size);
  if (bytes == NULL) return;
  buffer->bytes = bytes;
  buffer->capacity = buffer->size;
}

void buffer_clear(Buffer *buffer) {
  sqlite3_free(buffer->bytes);
  *buffer = (Buffer){0};
}
