/*
** section.c: see section.h.
*/
#include "section.h"

#include "base/bits.h"
#include "base/sqlite.h"

bool strings_have_nul(const Strings *strings) {
  size_t size = strings_size(strings);
  return size != 0 && memchr(strings->bytes + strings->start[0], 0, size) != NULL;
}

int section_begin(uint32_t count, bool has_nul, SectionEncoding encoding, Buffer *out) {
  int rc = buffer_append_zeros(out, SECTION_HEADER);
  if (rc != SQLITE_OK) return rc;
  unsigned char *header = out->bytes + out->size - SECTION_HEADER;
  header[0] = (unsigned char)encoding;
  header[1] = has_nul ? SECTION_FLAG_NUL : 0;
  store_u32(header + 4, count);
  return SQLITE_OK;
}
