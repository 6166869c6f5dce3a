/*
** spell.c: see spell.h.
*/
#include "spell.h"

/* Writes the symbols of a token with that record; returns how many. */
static uint32_t spell_record(const TextCodec *codec, CodecToken token, const unsigned char *places,
                             uint32_t fields, uint16_t *symbols) {
  uint32_t text_size = token.length - token.ends, count = 0, f = 0;
  for (uint32_t at = 0; at < text_size;) {
    if (f < fields && places[2 * f] == at) {
      uint32_t number = places[2 * f++ + 1];
      symbols[count++] = (uint16_t)(SYMBOL_FIELD + number);
      at += codec->field_bytes[FIELD_SIZE * number + FIELD_AT_WIDTH];
    } else {
      symbols[count++] = codec->text[token.offset + at++];
    }
  }
  if (token.ends) symbols[count++] = SYMBOL_END;
  return count;
}

static uint32_t spell_text(const TextCodec *codec, uint32_t item, uint16_t *symbols) {
  CodecToken token = codec_token(codec, item);
  if (token.length != 0) return spell_record(codec, token, NULL, 0, symbols);
  if (token.offset < CODEC_RECORD) return 0;
  const unsigned char *record = codec_record(codec, token);
  return spell_record(codec, codec_recorded_token(record), record + CODEC_RECORD_SIZE,
                      record[CODEC_RECORD_AT_FIELDS], symbols);
}

/* The same for pairs; stops short of what no encoder makes. */
static uint32_t spell_pairs(const TextCodec *codec, uint32_t item, uint16_t *symbols) {
  uint32_t waiting[TOKEN_BYTES_MAX], depth = 0, count = 0;
  if (codec_special(codec, item) != CODEC_RECORD) return 0;
  while (count < TOKEN_BYTES_MAX) {
    CodecPair pair = codec_pair(codec, item);
    if (pair.left != codec->entry_count) {
      if (depth == TOKEN_BYTES_MAX) return count;
      waiting[depth++] = pair.right;
      item = pair.left;
      continue;
    }
    symbols[count++] = (uint16_t)pair.right;
    if (depth == 0) return count;
    item = waiting[--depth];
  }
  return count;
}

uint32_t spell_token(const TextCodec *codec, uint32_t item, uint16_t *symbols) {
  return codec->form == CODEC_TEXT ? spell_text(codec, item, symbols)
                                   : spell_pairs(codec, item, symbols);
}
