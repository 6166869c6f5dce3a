/*
** codec.c: see codec.h.
*/
#include "codec.h"

#include "base/sqlite.h"
#include "cost.h"

static bool valid_fields(const TextCodec *codec) {
  for (uint32_t f = 0; f < codec->fields; f++) {
    Field field = field_load(codec->field_bytes + FIELD_SIZE * f);
    if (!field_valid(&field)) return false;
  }
  return true;
}

static bool text_inside(const TextCodec *codec, uint32_t offset, uint32_t length) {
  return length <= TOKEN_BYTES_MAX && (uint64_t)offset + length <= codec->text_size;
}

/* Whoever reads a string relies on the zero byte behind it. */
static bool ends_in_zero(const TextCodec *codec, uint32_t offset, uint32_t length) {
  return codec->text[offset + length - 1] == 0;
}

static bool valid_record(const TextCodec *codec, uint32_t at) {
  if ((uint64_t)at + CODEC_RECORD_SIZE > codec->records_size) return false;
  const unsigned char *record = codec->records + at;
  CodecToken token = codec_recorded_token(record);
  uint32_t count = record[CODEC_RECORD_AT_FIELDS];
  if ((uint64_t)at + CODEC_RECORD_SIZE + 2 * count > codec->records_size) return false;
  if (token.length == 0 || record[CODEC_RECORD_AT_ENDS] > 1) return false;
  if (!text_inside(codec, token.offset, token.length)) return false;
  if (token.ends && !ends_in_zero(codec, token.offset, token.length)) return false;
  uint32_t text = token.length - token.ends; /* that fields may go to */
  for (uint32_t i = 0; i < count; i++) {
    uint32_t place = record[CODEC_RECORD_SIZE + 2 * i];
    uint32_t number = record[CODEC_RECORD_SIZE + 2 * i + 1];
    if (number >= codec->fields) return false;
    if (place + codec->field_bytes[FIELD_SIZE * number + FIELD_AT_WIDTH] > text) return false;
  }
  return true;
}

static bool valid_texts(const TextCodec *codec) {
  for (uint32_t t = 0; t < codec->tokens; t++) {
    CodecToken token = codec_token(codec, t);
    if (token.length != 0) {
      if (!text_inside(codec, token.offset, token.length)) return false;
      if (token.ends && !ends_in_zero(codec, token.offset, token.length)) return false;
    } else if (token.offset >= CODEC_RECORD) {
      if (!valid_record(codec, token.offset - CODEC_RECORD)) return false;
    }
  }
  return true;
}

static bool valid_pairs(const TextCodec *codec) {
  for (uint32_t t = 0; t < codec->entry_count; t++) {
    CodecPair pair = codec_pair(codec, t);
    uint32_t most =
        pair.left == codec->entry_count ? SYMBOL_FIELD + codec->fields : codec->entry_count;
    if (pair.left > codec->entry_count || pair.right >= most) return false;
  }
  return true;
}

static bool valid_tokens(const TextCodec *codec) {
  return codec->form == CODEC_TEXT ? valid_texts(codec) : valid_pairs(codec);
}

/* Takes over the sizes of a form's own parts; false if they are out of range. */
static bool read_sizes(TextCodec *codec) {
  const unsigned char *bytes = codec->bytes;
  uint32_t bits = bytes[CODEC_AT_OFFSET_BITS];
  codec->entry_count = codec->tokens;
  if (codec->form == CODEC_TEXT) {
    codec->text_size = load_u32(bytes + CODEC_AT_TEXT_SIZE);
    codec->records_size = load_u32(bytes + CODEC_AT_RECORDS_SIZE);
    codec->entry_bits = 1 + CODEC_LENGTH_BITS + bits;
    codec->wide = codec->entry_bits == CODEC_WIDE_ENTRY;
    return bits <= CODEC_OFFSET_BITS_MAX;
  }
  codec->entry_bits = 2 * bits;
  codec->entry_count += load_u32(bytes + CODEC_AT_PARTS);
  return bits <= CODEC_NUMBER_BITS_MAX && codec->entry_count >= codec->tokens &&
         codec->entry_count <= TOKENS_MAX;
}

/* Reads the fixed part and finds the others; false if they do not fill the bytes. */
static bool find_parts(TextCodec *codec) {
  const unsigned char *bytes = codec->bytes;
  codec->code.first_bits = bytes[CODEC_AT_FIRST_BITS];
  codec->fields = bytes[CODEC_AT_FIELDS];
  codec->tokens = load_u16(bytes + CODEC_AT_TOKENS);
  codec->form = bytes[CODEC_AT_FORM] == CODEC_PAIRS ? CODEC_PAIRS : CODEC_TEXT;
  if (bytes[CODEC_AT_FORM] > CODEC_PAIRS) return false;
  if (bytes[CODEC_AT_BLOCK_SHIFT] > CODEC_BLOCK_SHIFT_MAX) return false;
  if (codec->tokens > TOKENS_MAX || codec->fields > FIELDS_MAX) return false;
  if (!read_sizes(codec)) return false;
  uint64_t classes = CODEC_FIXED_SIZE + (uint64_t)FIELD_SIZE * codec->fields;
  if (classes + CLASS_AT_TOKENS > codec->size) return false;
  uint64_t records = classes;
  if (codec->classes != NULL) records += class_code_size(bytes[classes + CLASS_AT_COUNT]);
  uint64_t entries = records + codec->records_size;
  uint64_t entries_size = ((uint64_t)codec->entry_count * codec->entry_bits + 7) / 8;
  uint64_t text = entries + entries_size + BITS_PADDING;
  if (text + codec->text_size + CODEC_TEXT_PADDING != codec->size) return false;
  codec->field_bytes = bytes + CODEC_FIXED_SIZE;
  codec->class_bytes = bytes + classes;
  codec->records = bytes + records;
  codec->entries = bytes + entries;
  codec->text = bytes + text;
  return true;
}

/* The flag that a token allows an entry of the first table to have. */
static uint8_t first_flag(const TextCodec *codec, uint32_t token) {
  CodecToken entry = codec_token(codec, token);
  if (entry.length == 0) return 0;
  return entry.ends ? CODEC_FIRST_ENDS : CODEC_FIRST_INNER;
}

/* Flags those entries of the first table that all their tokens allow to be. */
static void flag_first(TextCodec *codec) {
  const uint8_t flags = CODEC_FIRST_INNER | CODEC_FIRST_ENDS;
  uint32_t below = PREFIX_MAX_BITS - codec->code.first_bits, bits = codec->code.min_bits;
  for (uint32_t i = 0; i < 1u << codec->code.first_bits; i++) codec->first[i] |= flags;
  for (uint32_t token = 0; token < codec->tokens; token++) {
    while (prefix_code(&codec->code, token, bits) << (PREFIX_MAX_BITS - bits) >=
           codec->code.length[bits].limit) {
      bits++;
    }
    uint32_t from = prefix_code(&codec->code, token, bits) << (PREFIX_MAX_BITS - bits);
    uint32_t to = from + (1u << (PREFIX_MAX_BITS - bits)) - 1;
    for (uint32_t i = from >> below; i <= to >> below; i++) {
      bool least = (codec->first[i] & CODEC_FIRST_LENGTH) == bits;
      uint8_t allowed = least ? first_flag(codec, token) : 0;
      codec->first[i] &= (uint8_t)(CODEC_FIRST_LENGTH | allowed);
    }
  }
}

void codec_fill_first(TextCodec *codec) {
  prefix_fill_first(&codec->code, codec->first);
  if (codec->form == CODEC_TEXT) flag_first(codec);
}

static bool define_prefix_code(TextCodec *codec) {
  uint16_t per_length[PREFIX_MAX_BITS + 1] = {0};
  for (uint32_t bits = 1; bits <= PREFIX_MAX_BITS; bits++) {
    per_length[bits] = load_u16(codec->bytes + CODEC_AT_PER_LENGTH + 2 * (bits - 1));
  }
  return prefix_define(&codec->code, per_length, codec->tokens);
}

/* Reads the code; `classes` has room for it if it is one of classes. */
static bool define_code(TextCodec *codec, ClassCode *classes) {
  if (classes == NULL) return define_prefix_code(codec);
  size_t size = (size_t)(codec->records - codec->class_bytes);
  return codec->form == CODEC_PAIRS &&
         class_code_open(classes, codec->class_bytes, size, codec->tokens);
}

/* The code of a token that a string begins with. */
static uint32_t first_code(const TextCodec *codec, uint32_t token, uint32_t *bits) {
  if (codec->classes == NULL) {
    *bits = codec_code_bits(codec, token);
    return prefix_code(&codec->code, token, *bits);
  }
  ClassBits class = class_code_of(codec->classes, 0, class_code_class(codec->classes, token));
  ClassBits item = class_code_item(codec->classes, token);
  *bits = class.bits + item.bits;
  return (uint32_t) class.code << item.bits | item.code;
}

static void find_same(TextCodec *codec) {
  for (uint32_t token = 0; token < codec->tokens; token++) {
    if (codec_special(codec, token) != CODEC_SAME) continue;
    codec->same_code = first_code(codec, token, &codec->same_bits);
    return;
  }
}

/* FNV-1a, over words. */
static uint32_t hash_bytes(const unsigned char *bytes, size_t size) {
  uint64_t hash = 0xcbf29ce484222325u;
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    hash = (hash ^ load_u64(bytes + i)) * 0x100000001b3u;
    hash ^= hash >> 29;
  }
  for (; i < size; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return (uint32_t)(hash ^ hash >> 32);
}

/* A codec over `bytes`, or over a copy of them behind the tables for decoding. */
static int open_codec(const unsigned char *bytes, size_t size, bool copy, TextCodec **opened) {
  if (size < CODEC_MIN_SIZE || size > BUFFER_LIMIT) return SQLITE_CORRUPT;
  uint32_t first_bits = bytes[CODEC_AT_FIRST_BITS], version = bytes[CODEC_AT_VERSION];
  if (first_bits < 1 || first_bits > PREFIX_FIRST_BITS_MAX) return SQLITE_CORRUPT;
  if (version > CODEC_VERSION_CLASSES) return SQLITE_CORRUPT;
  bool classed = version == CODEC_VERSION_CLASSES;
  size_t table = classed ? sizeof(ClassCode) : (size_t)1 << first_bits;
  TextCodec *codec = sqlite3_malloc64(sizeof *codec + table + (copy ? size : 0));
  if (codec == NULL) return SQLITE_NOMEM;
  unsigned char *behind = (unsigned char *)(codec + 1);
  ClassCode *classes = classed ? (ClassCode *)(void *)behind : NULL;
  *codec =
      (TextCodec){.references = 1, .size = (uint32_t)size, .borrowed = !copy, .classes = classes};
  codec->check = hash_bytes(bytes, size);
  codec->bytes = copy ? memcpy(behind + table, bytes, size) : bytes;
  if (!find_parts(codec) || !define_code(codec, classes) || !valid_fields(codec) ||
      !valid_tokens(codec)) {
    sqlite3_free(codec);
    return SQLITE_CORRUPT;
  }
  if (!classed) codec_fill_first(codec);
  find_same(codec);
  *opened = codec;
  return SQLITE_OK;
}

int text_codec_open(const unsigned char *bytes, size_t size, TextCodec **codec) {
  return open_codec(bytes, size, true, codec);
}

int text_codec_borrow(const unsigned char *bytes, size_t size, TextCodec **codec) {
  return open_codec(bytes, size, false, codec);
}

uint32_t codec_write_record(const unsigned char *field_bytes, const uint16_t *symbols,
                            uint32_t count, uint32_t offset, unsigned char *record) {
  unsigned char *place = record + CODEC_RECORD_SIZE;
  uint32_t length = 0, fields = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t width = 1;
    if (symbols[i] >= SYMBOL_FIELD) {
      uint32_t number = symbols[i] - (uint32_t)SYMBOL_FIELD;
      *place++ = (unsigned char)length;
      *place++ = (unsigned char)number;
      width = field_bytes[FIELD_SIZE * number + FIELD_AT_WIDTH];
      fields++;
    }
    length += width;
  }
  record[CODEC_RECORD_AT_LENGTH] = (unsigned char)length;
  record[CODEC_RECORD_AT_ENDS] = symbols[count - 1] == SYMBOL_END;
  record[CODEC_RECORD_AT_FIELDS] = (unsigned char)fields;
  for (int i = 0; i < 3; i++) {
    record[CODEC_RECORD_AT_OFFSET + i] = (unsigned char)(offset >> (8 * i));
  }
  return CODEC_RECORD_SIZE + 2 * fields;
}

uint32_t codec_special(const TextCodec *codec, uint32_t token) {
  if (codec->form == CODEC_TEXT) {
    CodecToken entry = codec_token(codec, token);
    return entry.length == 0 && entry.offset < CODEC_RECORD ? entry.offset : CODEC_RECORD;
  }
  CodecPair pair = codec_pair(codec, token);
  if (pair.left != codec->entry_count) return CODEC_RECORD;
  if (pair.right == SYMBOL_SAME) return CODEC_SAME;
  return pair.right == SYMBOL_ESCAPE ? CODEC_ESCAPE : CODEC_RECORD;
}

uint32_t codec_code_bits(const TextCodec *codec, uint32_t token) {
  uint32_t bits = codec->code.min_bits, items = 0;
  for (; bits < PREFIX_MAX_BITS; bits++) {
    items += load_u16(codec->bytes + CODEC_AT_PER_LENGTH + 2 * (bits - 1));
    if (token < items) break;
  }
  return bits;
}

uint32_t codec_code_cost(const TextCodec *codec, uint32_t token) {
  const ClassCode *classes = codec->classes;
  if (classes == NULL) return codec_code_bits(codec, token) * COST_BIT;
  uint32_t class = class_code_class(classes, token);
  return class_code_cost(classes, class) + class_code_item(classes, token).bits * COST_BIT;
}

/* The count is not part of what readers are promised not to change. */
TextCodec *text_codec_retain(const TextCodec *codec) {
  TextCodec *shared = (TextCodec *)(uintptr_t)codec;
  if (shared != NULL) atomic_fetch_add(&shared->references, 1);
  return shared;
}

void text_codec_release(TextCodec *codec) {
  if (codec != NULL && atomic_fetch_sub(&codec->references, 1) == 1) sqlite3_free(codec);
}

const unsigned char *text_codec_bytes(const TextCodec *codec, size_t *size) {
  *size = codec->size;
  return codec->bytes;
}

bool text_codec_is_borrowed(const TextCodec *codec) { return codec->borrowed; }

uint64_t text_codec_memory(const TextCodec *codec) {
  if (codec == NULL) return 0;
  uint64_t table =
      codec->classes != NULL ? sizeof *codec->classes : (uint64_t)1 << codec->code.first_bits;
  return sizeof *codec + table + (codec->borrowed ? 0 : codec->size);
}
