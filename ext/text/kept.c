/*
** kept.c: see kept.h.
*/
#include "kept.h"

#include <string.h>

#include "base/sqlite.h"

#define KEPT_BYTES_MAX ((size_t)6 << 20)
#define SEEN_BITS 14
#define LOOKED_MIN 4096 /* strings that tell whether it pays to look for twins */
#define FOUND_SHARE 16  /* it does where one in so many has one */

int kept_init(Kept *kept, uint32_t strings) {
  *kept = (Kept){.complete = true};
  kept->token_start = sqlite3_malloc64(((sqlite3_uint64)strings + 1) * sizeof(uint32_t));
  kept->payload_start = sqlite3_malloc64(((sqlite3_uint64)strings + 1) * sizeof(uint32_t));
  kept->seen = sqlite3_malloc64(sizeof *kept->seen << SEEN_BITS);
  if (!kept->token_start || !kept->payload_start || !kept->seen) return SQLITE_NOMEM;
  kept->token_start[0] = kept->payload_start[0] = 0;
  memset(kept->seen, 0, sizeof *kept->seen << SEEN_BITS);
  return buffer_reserve(&kept->payloads, sizeof(uint64_t)); /* never NULL */
}

void kept_clear(Kept *kept) {
  buffer_clear(&kept->tokens);
  buffer_clear(&kept->payloads);
  sqlite3_free(kept->token_start);
  sqlite3_free(kept->payload_start);
  sqlite3_free(kept->seen);
  *kept = (Kept){.complete = false};
}

/* Whether more is kept; all is given up where it has become too much. */
static bool has_room(Kept *kept) {
  if (kept->tokens.size + kept->payloads.size > KEPT_BYTES_MAX) kept_clear(kept);
  return kept->complete;
}

int kept_add(Kept *kept, const Tokenizer *t) {
  if (!has_room(kept)) return SQLITE_OK;
  int rc = buffer_append(&kept->tokens, t->tokens, t->count * sizeof t->tokens[0]);
  if (rc != SQLITE_OK) return rc;
  return buffer_append(&kept->payloads, t->run.payloads, t->run.payload_count * sizeof(uint64_t));
}

int kept_add_again(Kept *kept, uint32_t string) {
  if (!has_room(kept)) return SQLITE_OK;
  uint32_t begin = kept->token_start[string], end = kept->token_start[string + 1];
  size_t size = (end - begin) * sizeof(uint16_t);
  int rc = buffer_reserve(&kept->tokens, size);
  if (rc != SQLITE_OK) return rc;
  return buffer_append(&kept->tokens, kept_tokens(kept) + begin, size);
}

void kept_end(Kept *kept) {
  if (!kept->complete) return;
  kept->count++;
  kept->token_start[kept->count] = (uint32_t)(kept->tokens.size / sizeof(uint16_t));
  kept->payload_start[kept->count] = (uint32_t)(kept->payloads.size / sizeof(uint64_t));
}

Sequences kept_sequences(Kept *kept) {
  return (Sequences){.symbols = (uint16_t *)(void *)kept->tokens.bytes,
                     .start = kept->token_start,
                     .count = kept->count};
}

static uint32_t hash_text(const unsigned char *text, uint32_t size) {
  uint64_t hash = size;
  for (; size >= 8; size -= 8, text += 8) {
    hash = (hash ^ load_u64(text)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  for (; size != 0; size--) hash = (hash ^ *text++) * 0x9e3779b97f4a7c15u;
  return (uint32_t)(hash >> (64 - SEEN_BITS));
}

static bool is_twin(const Kept *kept, const Strings *strings, uint32_t i, uint32_t other) {
  const uint32_t *start = strings->start;
  uint32_t size = start[i + 1] - start[i];
  return size == start[other + 1] - start[other] &&
         memcmp(strings->bytes + start[i], strings->bytes + start[other], size) == 0 &&
         kept->payload_start[other] == kept->payload_start[other + 1];
}

uint32_t kept_twin(Kept *kept, const Strings *strings, uint32_t i) {
  const uint32_t *start = strings->start + i;
  if (!kept->complete || start[0] == start[1]) return KEPT_NONE;
  if (kept->looked >= LOOKED_MIN && kept->found < kept->looked / FOUND_SHARE) return KEPT_NONE;
  kept->looked++;
  uint32_t *seen = &kept->seen[hash_text(strings->bytes + start[0], start[1] - start[0])];
  if (*seen != 0 && is_twin(kept, strings, i, *seen - 1)) {
    kept->found++;
    return *seen - 1;
  }
  *seen = i + 1;
  return KEPT_NONE;
}
