/*
** input.h: reads the bytes of a fuzz target's input from front to back.
**
** Past the end every number is 0 and every run of bytes is empty, so any input
** is a whole one. `expect` ends the process, as a fuzzer and the replay want it.
** Calls nothing.
*/
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What libFuzzer and replay.c call. Answers 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

typedef struct Input {
  const uint8_t *bytes;
  size_t size;
} Input;

static inline uint32_t input_byte(Input *input) {
  if (input->size == 0) return 0;
  input->size--;
  return *input->bytes++;
}

static inline uint32_t input_below(Input *input, uint32_t limit) {
  return input_byte(input) % limit;
}

/* Two bytes, the lower one first. */
static inline uint32_t input_u16(Input *input) {
  uint32_t low = input_byte(input);
  return low | input_byte(input) << 8;
}

/* Up to `size` bytes: *size becomes how many there are. */
static inline const uint8_t *input_bytes(Input *input, size_t *size) {
  const uint8_t *bytes = input->bytes;
  if (*size > input->size) *size = input->size;
  input->bytes += *size;
  input->size -= *size;
  return bytes;
}

/* What is there up to a line break, which is passed over. */
static inline const uint8_t *input_line(Input *input, size_t *size) {
  const uint8_t *bytes = input->bytes;
  size_t length = 0;
  while (length < input->size && bytes[length] != '\n') length++;
  size_t passed = length < input->size ? length + 1 : length;
  input->bytes += passed;
  input->size -= passed;
  *size = length;
  return bytes;
}

#define expect(condition, ...)                                                                     \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                                              \
      fprintf(stderr, __VA_ARGS__);                                                                \
      fputc('\n', stderr);                                                                         \
      abort();                                                                                     \
    }                                                                                              \
  } while (0)

#endif
