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
  kept->seen = sqlite3_malloc64(sizeof *kept->seen << SEEN_BITS);
  if (kept->seen == NULL) return SQLITE_NOMEM;
  memset(kept->seen, 0, sizeof *kept->seen << SEEN_BITS);
  int rc = buffer_reserve(&kept->ends, strings * sizeof(KeptEnd));
  return rc == SQLITE_OK ? buffer_reserve(&kept->payloads, sizeof(uint64_t)) : rc; /* never NULL */
}

void kept_clear(Kept *kept) {
  buffer_clear(&kept->tokens);
  buffer_clear(&kept->payloads);
  buffer_clear(&kept->ends);
  sqlite3_free(kept->seen);
  kept->seen = NULL;
  kept->complete = false;
}

int kept_add(Kept *kept, const Tokenizer *t) {
  if (kept->tokens.size + kept->payloads.size > KEPT_BYTES_MAX) kept_clear(kept);
  if (!kept->complete) return SQLITE_OK;
  int rc = buffer_append(&kept->tokens, t->tokens, t->count * sizeof t->tokens[0]);
  if (rc != SQLITE_OK) return rc;
  return buffer_append(&kept->payloads, t->run.payloads, t->run.payload_count * sizeof(uint64_t));
}

static KeptEnd end_of(const Kept *kept, uint32_t string) {
  return ((const KeptEnd *)(const void *)kept->ends.bytes)[string];
}

KeptEnd kept_begin_of(const Kept *kept, uint32_t string) {
  return string == 0 ? (KeptEnd){0, 0} : end_of(kept, string - 1);
}

int kept_add_again(Kept *kept, uint32_t string) {
  uint32_t begin = kept_begin_of(kept, string).tokens, end = end_of(kept, string).tokens;
  size_t size = (end - begin) * sizeof(uint16_t);
  int rc = buffer_reserve(&kept->tokens, size);
  if (rc != SQLITE_OK) return rc;
  return buffer_append(&kept->tokens, kept_tokens(kept) + begin, size);
}

void kept_end(Kept *kept) {
  if (!kept->complete) return;
  KeptEnd *end = (KeptEnd *)(void *)(kept->ends.bytes + kept->ends.size);
  end->tokens = (uint32_t)(kept->tokens.size / sizeof(uint16_t));
  end->payloads = (uint32_t)(kept->payloads.size / sizeof(uint64_t));
  kept->ends.size += sizeof *end;
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
         kept_begin_of(kept, other).payloads == end_of(kept, other).payloads;
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
