/*
** damage.h: bytes overwritten where the input says. Calls input.h.
**
** In the input: how many damages (at most DAMAGES_MAX), then for each of them
** which of the caller's byte strings (u8), where in it (u16, modulo its size) and
** the byte to put there (u8).
*/
#ifndef FUZZ_DAMAGE_H
#define FUZZ_DAMAGE_H

#include "input.h"

#define DAMAGES_MAX 16

typedef struct Damage {
  uint8_t which, byte;
  uint16_t at;
} Damage;

typedef struct Damages {
  uint32_t count;
  Damage items[DAMAGES_MAX];
} Damages;

static inline void damages_read(Input *input, Damages *damages) {
  damages->count = input_below(input, DAMAGES_MAX + 1);
  for (uint32_t i = 0; i < damages->count; i++) {
    Damage *damage = &damages->items[i];
    damage->which = (uint8_t)input_byte(input);
    damage->at = (uint16_t)input_u16(input);
    damage->byte = (uint8_t)input_byte(input);
  }
}

/* Inflicts those that are for byte string `which` of `strings`. */
static inline void damages_inflict(const Damages *damages, uint32_t which, uint32_t strings,
                                   unsigned char *bytes, size_t size) {
  for (uint32_t i = 0; i < damages->count && size > 0; i++) {
    const Damage *damage = &damages->items[i];
    if (damage->which % strings == which) bytes[damage->at % size] = damage->byte;
  }
}

#endif
