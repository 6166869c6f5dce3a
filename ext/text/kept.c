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
  kept->seen = sqlite_zeros(sizeof *kept->seen << SEEN_BITS);
  if (!kept->token_start || !kept->payload_start || !kept->seen) return SQLITE_NOMEM;
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

void kept_begin_at(Kept *kept, uint32_t i) {
  if (!kept->complete) return;
  kept->count = i;
  kept->token_start[i] = (uint32_t)(kept->tokens.size / sizeof(uint16_t));
  kept->payload_start[i] = (uint32_t)(kept->payloads.size / sizeof(uint64_t));
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
  if (has_room(kept)) kept_begin_at(kept, kept->count + 1);
}

int kept_append(Kept *kept, const Kept *other, uint32_t first, uint32_t end) {
  if (!other->complete) kept_clear(kept);
  if (!kept->complete) return SQLITE_OK;
  const uint32_t *tokens = other->token_start, *payloads = other->payload_start;
  uint32_t token = kept->token_start[kept->count], payload = kept->payload_start[kept->count];
  for (uint32_t i = first; i < end; i++) {
    kept->count++;
    kept->token_start[kept->count] = token + (tokens[i + 1] - tokens[first]);
    kept->payload_start[kept->count] = payload + (payloads[i + 1] - payloads[first]);
  }
  int rc = buffer_append(&kept->tokens, kept_tokens(other) + tokens[first],
                         (tokens[end] - tokens[first]) * sizeof(uint16_t));
  if (rc == SQLITE_OK) {
    rc = buffer_append(&kept->payloads, kept_payloads(other) + payloads[first],
                       (payloads[end] - payloads[first]) * sizeof(uint64_t));
  }
  (void)has_room(kept);
  return rc;
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

static bool is_equal(const Strings *strings, uint32_t i, uint32_t other) {
  const uint32_t *start = strings->start;
  uint32_t size = start[i + 1] - start[i];
  return size == start[other + 1] - start[other] &&
         memcmp(strings->bytes + start[i], strings->bytes + start[other], size) == 0;
}

uint32_t kept_twin(Kept *kept, const Strings *strings, uint32_t i) {
  const uint32_t *start = strings->start + i;
  kept->slot = NULL;
  if (!kept->complete || start[0] == start[1]) return KEPT_NONE;
  if (kept->looked >= LOOKED_MIN && kept->found < kept->looked / FOUND_SHARE) return KEPT_NONE;
  kept->looked++;
  kept->slot = &kept->seen[hash_text(strings->bytes + start[0], start[1] - start[0])];
  uint32_t seen = *kept->slot;
  if (seen == 0 || !is_equal(strings, i, seen - 1)) return KEPT_NONE;
  kept->found++;
  return seen - 1;
}

void kept_note(Kept *kept, uint32_t i) {
  if (kept->complete && kept->slot != NULL) *kept->slot = i + 1;
}
