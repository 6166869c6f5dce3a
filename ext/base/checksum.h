/*
** checksum.h: a 64-bit checksum that tells damaged bytes from whole ones.
**
** XXH64 with seed 0, written from Yann Collet's specification (xxHash, "XXH64 Algorithm
** Description", doc/xxhash_spec.md): several bytes a cycle, better mixed than a CRC of 32 bits, and
** so short that a library would be the larger part. It protects against accidents only: whoever
** changes bytes on purpose can correct the checksum, too. Calls bits.h.
*/
#ifndef SLOTS_CHECKSUM_H
#define SLOTS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t checksum(const unsigned char *bytes, size_t size);

#endif
