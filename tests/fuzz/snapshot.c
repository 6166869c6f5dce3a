/*
** snapshot.c: fuzz target: any bytes as a snapshot file.
**
** The checksums are made right first, since no fuzzer guesses them; that they find
** accidental damage is for snapshot_test.c.
*/
#define _XOPEN_SOURCE 700
#define _FILE_OFFSET_BITS 64 /* as in files.c: off_t of file_calls.h */
#include "input.h"
#include "snapshot_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  if (harness_db == NULL) harness_open();
  unsigned char *copy = malloc(size + 1);
  if (copy == NULL) return 0;
  memcpy(copy, bytes, size);
  harness_mend(copy, size);
  harness_try(copy, size, NULL);
  free(copy);
  return 0;
}
