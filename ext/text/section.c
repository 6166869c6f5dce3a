/*
** section.c: see section.h.
*/
#include "section.h"

#include "base/bits.h"
#include "base/sqlite.h"

static bool has_zero_byte(const Strings *strings) {
  size_t size = strings_size(strings);
  return size != 0 && memchr(strings->bytes + strings->start[0], 0, size) != NULL;
}

int section_begin(const Strings *strings, SectionEncoding encoding, Buffer *out) {
  int rc = buffer_append_zeros(out, SECTION_HEADER);
  if (rc != SQLITE_OK) return rc;
  unsigned char *header = out->bytes + out->size - SECTION_HEADER;
  header[0] = (unsigned char)encoding;
  header[1] = has_zero_byte(strings) ? SECTION_FLAG_NUL : 0;
  store_u32(header + 4, strings->count);
  return SQLITE_OK;
}
