/*
** buffer.c: see buffer.h.
*/
#include "buffer.h"

#include <stdbool.h>
#include <string.h>

#include "sqlite.h"

static unsigned char *block_of(const Buffer *buffer) {
  return buffer->bytes == NULL ? NULL : buffer->bytes - buffer->head;
}

static bool resize(Buffer *buffer, size_t capacity) {
  unsigned char *block = sqlite3_realloc64(block_of(buffer), buffer->head + capacity);
  if (block == NULL) return false;
  buffer->bytes = block + buffer->head;
  buffer->capacity = capacity;
  return true;
}

int buffer_reserve(Buffer *buffer, size_t more) {
  if (more <= buffer->capacity - buffer->size) return SQLITE_OK;
  if (more > BUFFER_LIMIT - buffer->size) return SQLITE_TOOBIG;
  size_t needed = buffer->size + more;
  size_t capacity = buffer->capacity + buffer->capacity / 2;
  if (capacity < needed) capacity = needed;
  if (capacity < 64) capacity = 64;
  if (capacity > BUFFER_LIMIT) capacity = BUFFER_LIMIT;
  return resize(buffer, capacity) ? SQLITE_OK : SQLITE_NOMEM;
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
  resize(buffer, buffer->size);
}

void buffer_clear(Buffer *buffer) {
  sqlite3_free(block_of(buffer));
  *buffer = (Buffer){0};
}
