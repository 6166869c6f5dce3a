/*
** plain.c: see plain.h.
*/
#include "plain.h"

#include "base/bits.h"
#include "base/sqlite.h"

enum { AT_TEXT_SIZE = 8, AT_WIDTH = 12 };

static uint64_t base_bytes(uint32_t count) {
  return 4 * (((uint64_t)count >> PLAIN_GROUP_SHIFT) + 1);
}

static uint64_t field_bytes(uint32_t count, unsigned width) {
  return (((uint64_t)count + 1) * width + 7) / 8 + BITS_PADDING;
}

/* Bits of the longest distance from a group's first string to one of its offsets. */
static unsigned offset_width(const Strings *strings) {
  uint32_t longest = 0;
  for (uint32_t i = 0; i <= strings->count; i++) {
    uint32_t distance =
        strings->start[i] - strings->start[i >> PLAIN_GROUP_SHIFT << PLAIN_GROUP_SHIFT];
    if (distance > longest) longest = distance;
  }
  return bits_width(longest);
}

static uint64_t size_with_width(const Strings *strings, unsigned width) {
  uint64_t text = strings_size(strings);
  return PLAIN_FIXED_SIZE + base_bytes(strings->count) + field_bytes(strings->count, width) + text;
}

uint64_t plain_size(const Strings *strings) {
  return size_with_width(strings, offset_width(strings));
}

static void put_offsets(const Strings *strings, unsigned width, unsigned char *bases) {
  unsigned char *fields = bases + base_bytes(strings->count);
  for (uint32_t i = 0; i <= strings->count; i++) {
    uint32_t base = strings->start[i >> PLAIN_GROUP_SHIFT << PLAIN_GROUP_SHIFT];
    if ((i & ((1u << PLAIN_GROUP_SHIFT) - 1)) == 0) {
      store_u32(bases + 4 * (i >> PLAIN_GROUP_SHIFT), base - strings->start[0]);
    }
    bits_put(fields, (uint64_t)i * width, width, strings->start[i] - base);
  }
}

int plain_encode(const Strings *strings, Buffer *out) {
  unsigned width = offset_width(strings);
  uint64_t total = size_with_width(strings, width);
  if (total > BUFFER_LIMIT) return SQLITE_TOOBIG;
  int rc = buffer_reserve(out, (size_t)total);
  if (rc != SQLITE_OK) return rc;
  size_t begin = out->size;
  uint32_t text = strings_size(strings);
  rc = section_begin(strings->count, strings_have_nul(strings), SECTION_PLAIN, out);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(out, (size_t)total - text - SECTION_HEADER);
  if (rc != SQLITE_OK) return rc;
  unsigned char *section = out->bytes + begin;
  store_u32(section + AT_TEXT_SIZE, text);
  section[AT_WIDTH] = (unsigned char)width;
  put_offsets(strings, width, section + PLAIN_FIXED_SIZE);
  return text == 0 ? SQLITE_OK : buffer_append(out, strings->bytes + strings->start[0], text);
}

static int plain_open(TextView *view) {
  if (view->size < PLAIN_FIXED_SIZE || view->section[2] != 0) return SQLITE_CORRUPT;
  unsigned width = view->section[AT_WIDTH];
  uint32_t text = load_u32(view->section + AT_TEXT_SIZE);
  if (width > 32) return SQLITE_CORRUPT;
  uint64_t fields = PLAIN_FIXED_SIZE + base_bytes(view->count);
  uint64_t at_text = fields + field_bytes(view->count, width);
  if (at_text + text > view->size) return SQLITE_CORRUPT;
  view->layout[PLAIN_WIDTH] = width;
  view->layout[PLAIN_FIELDS] = (uint32_t)fields;
  view->layout[PLAIN_TEXT] = (uint32_t)at_text;
  view->layout[PLAIN_TEXT_SIZE] = text;
  return SQLITE_OK;
}

static int plain_read(const TextView *view, uint32_t row, TextExpansion *expansion, Buffer *into) {
  (void)expansion;
  uint64_t start = plain_offset(view, row), end = plain_offset(view, row + 1);
  if (start > end || end > view->layout[PLAIN_TEXT_SIZE]) return SQLITE_CORRUPT;
  size_t size = (size_t)(end - start);
  into->size = 0;
  int rc = buffer_reserve(into, size + 1);
  if (rc != SQLITE_OK) return rc;
  memcpy(into->bytes, view->section + view->layout[PLAIN_TEXT] + start, size);
  into->bytes[size] = 0;
  into->size = size;
  return SQLITE_OK;
}

static int plain_read_batch(const TextView *view, uint32_t first, uint32_t count,
                            TextExpansion *expansion, TextBatch *into) {
  (void)expansion;
  const unsigned char *text = view->section + view->layout[PLAIN_TEXT];
  uint64_t start = plain_offset(view, first), end = plain_offset(view, first + count);
  if (start > end || end > view->layout[PLAIN_TEXT_SIZE]) return SQLITE_CORRUPT;
  int rc = buffer_reserve(&into->text, (size_t)(end - start) + count);
  if (rc != SQLITE_OK) return rc;
  unsigned char *write = into->text.bytes;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t next = plain_offset(view, first + i + 1);
    if (next < start || next > end) return SQLITE_CORRUPT;
    memcpy(write, text + start, (size_t)(next - start));
    into->start[i] = (uint32_t)(write - into->text.bytes);
    write += next - start;
    *write++ = 0;
    start = next;
  }
  into->text.size = (size_t)(write - into->text.bytes);
  into->start[count] = (uint32_t)into->text.size;
  return SQLITE_OK;
}

static void plain_describe(const TextView *view, TextInfo *info) {
  info->encoding = "plain";
  info->code_bytes = view->layout[PLAIN_TEXT_SIZE];
  info->offset_bytes = view->layout[PLAIN_TEXT] - PLAIN_FIXED_SIZE;
}

const SectionReader plain_reader = {plain_open, plain_read, plain_read_batch, plain_describe};
