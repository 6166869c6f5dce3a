/*
** text_bench.c: size and speed of the text coding on strings of one's own.
**
**    text_bench [balanced|fast|small] [rows per section] <lines
**
** Prints for each section bytes per row by part, microseconds to encode a row,
** nanoseconds to read a string at random, alone and as one of many, and in batches,
** and the memory that encoding needed at most; in all, bytes and microseconds a row.
*/
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "text/text.h"
#include "timing.h"

#define ROUNDS 9

/* Reads lines as strings; `start` holds u32 offsets. */
static uint32_t read_lines(Buffer *text, Buffer *start) {
  uint32_t count = 0, at = 0;
  int c;
  if (buffer_append(start, &at, sizeof at) != SQLITE_OK) fail("reading");
  while ((c = getchar()) != EOF) {
    unsigned char byte = (unsigned char)c;
    if (c != '\n') {
      if (buffer_append(text, &byte, 1) != SQLITE_OK) fail("reading");
      continue;
    }
    at = (uint32_t)text->size;
    if (buffer_append(start, &at, sizeof at) != SQLITE_OK) fail("reading");
    count++;
  }
  return count;
}

static int compare_double(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double rounds[ROUNDS]) {
  qsort(rounds, ROUNDS, sizeof *rounds, compare_double);
  return rounds[ROUNDS / 2];
}

/* Nanoseconds to read a string at random, as many as there are; each for itself, or not. */
static double time_reads(const TextView *view, bool alone) {
  double rounds[ROUNDS];
  Buffer string = {0};
  for (int r = 0; r < ROUNDS; r++) {
    TextExpansion expansion = {0};
    uint64_t seed = (uint64_t)r + 1;
    double begin = now();
    for (uint32_t i = 0; i < view->count; i++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      uint32_t row = (uint32_t)(seed >> 33) % view->count;
      if (text_read(view, row, alone ? NULL : &expansion, &string)) fail("text_read");
    }
    rounds[r] = (now() - begin) * 1e9 / view->count;
    text_expansion_clear(&expansion);
  }
  buffer_clear(&string);
  return median(rounds);
}

static double time_batches(const TextView *view) {
  double rounds[ROUNDS];
  TextBatch batch = {0};
  for (int r = 0; r < ROUNDS; r++) {
    TextExpansion expansion = {0};
    double begin = now();
    for (uint32_t i = 0; i < view->count; i += TEXT_BATCH_ROWS) {
      uint32_t n = view->count - i < TEXT_BATCH_ROWS ? view->count - i : TEXT_BATCH_ROWS;
      if (text_read_batch(view, i, n, &expansion, &batch)) fail("text_read_batch");
    }
    rounds[r] = (now() - begin) * 1e9 / view->count;
    text_expansion_clear(&expansion);
  }
  text_batch_clear(&batch);
  return median(rounds);
}

static void check(const TextView *view, const Strings *strings) {
  Buffer string = {0};
  for (uint32_t i = 0; i < view->count; i++) {
    uint32_t size = strings->start[i + 1] - strings->start[i];
    if (text_read(view, i, NULL, &string)) fail("text_read");
    if (string.size != size || memcmp(string.bytes, strings->bytes + strings->start[i], size)) {
      fail("comparing");
    }
  }
  buffer_clear(&string);
}

/* A section, and what encoding it took. */
typedef struct Encoded {
  Buffer section;
  double seconds, peak_bytes, codec_bytes; /* no bytes of a codec that was there before */
} Encoded;

/* With the codec of the section before, unless there is none or that does not serve. */
static Encoded encode(const Strings *strings, TextProfile profile, TextCodec **codec) {
  Encoded encoded = {0};
  const TextCodec *before = *codec;
  sqlite3_int64 used = sqlite3_memory_used();
  sqlite3_memory_highwater(1);
  double begin = now();
  if (text_encode(strings, profile, NULL, codec, NULL, &encoded.section) != SQLITE_OK) {
    fail("text_encode");
  }
  encoded.seconds = now() - begin;
  encoded.peak_bytes = (double)(sqlite3_memory_highwater(0) - used);
  if (*codec != before) encoded.codec_bytes = (double)text_codec_memory(*codec);
  return encoded;
}

/* Prints the line of a section, and adds its bytes and seconds to the totals. */
static void measure(const Strings *strings, TextProfile profile, TextCodec **codec, double *bytes,
                    double *seconds) {
  TextView view;
  TextInfo info;
  uint32_t rows = strings->count;
  Encoded encoded = encode(strings, profile, codec);
  Buffer *section = &encoded.section;
  if (text_open(&view, section->bytes, section->size, *codec) != SQLITE_OK) fail("text_open");
  text_describe(&view, &info);
  check(&view, strings);
  double size = (double)section->size + encoded.codec_bytes;
  printf("%6u %-10s %7u %6.2f %5.2f %6.2f %6.2f %6.2f %6.0f %6.0f %5.1f  peak %.1f MB\n", rows,
         info.encoding, info.tokens, (double)info.code_bytes / rows,
         (double)info.offset_bytes / rows, encoded.codec_bytes / rows, size / rows,
         encoded.seconds * 1e6 / rows, time_reads(&view, true), time_reads(&view, false),
         time_batches(&view), encoded.peak_bytes / 1048576);
  *bytes += size;
  *seconds += encoded.seconds;
  buffer_clear(section);
}

int main(int argc, char **argv) {
  TextProfile profile = TEXT_BALANCED;
  if (argc > 1 && strcmp(argv[1], "fast") == 0) profile = TEXT_FAST;
  if (argc > 1 && strcmp(argv[1], "small") == 0) profile = TEXT_SMALL;
  uint32_t step = argc > 2 ? (uint32_t)atoi(argv[2]) : 65536;
  Buffer text = {0}, start = {0};
  uint32_t count = read_lines(&text, &start);
  TextCodec *codec = NULL;
  double bytes = 0, seconds = 0;
  printf("  rows encoding    tokens  code  offset codec   all  us/row   read   many batch\n");
  for (uint32_t first = 0; first < count; first += step) {
    uint32_t rows = count - first < step ? count - first : step;
    Strings strings = {text.bytes, (uint32_t *)(void *)start.bytes + first, rows};
    measure(&strings, profile, &codec, &bytes, &seconds);
  }
  printf("all %.3f bytes a row, %.2f us a row\n", bytes / count, seconds * 1e6 / count);
  text_codec_release(codec);
  buffer_clear(&text);
  buffer_clear(&start);
  return 0;
}
