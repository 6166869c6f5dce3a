/*
** text.c: see text.h. Picks the encoding of a section and finds its reader.
*/
#include "text.h"

#include "base/bits.h"
#include "base/sqlite.h"
#include "carry.h"
#include "codec.h"
#include "coded.h"
#include "encode.h"
#include "plain.h"
#include "reopen.h"
#include "section.h"
#include "train.h"

static const SectionReader *const readers[] = {
    [SECTION_PLAIN] = &plain_reader, [SECTION_CODED] = &coded_reader};

#define READER_COUNT (sizeof readers / sizeof readers[0])

/* --- choosing ------------------------------------------------------------- */

#define SMALLEST_TEXT 256 /* bytes worth a try */
#define TAIL_SHARE 4      /* a section so much smaller than the codec's is a tail */
#define GROWTH 2          /* times the codec's: so much larger a section trains its own */
#define TAIL_FACTOR 3     /* times the usual code, up to which a tail trains no codec */
#define REUSE_SHARE 64    /* of the usual code: what another codec is not made for */
#define CHANGED_SHARE 4   /* of the usual code: strings that differ by more get their own codec */
#define WORTH_PERCENT 97  /* of plain: what coding may cost at most */
#define SURE_PERCENT 75   /* of plain: above it strings not learned from are asked, too */

/* What tokens take in codecs of the form of text. */
#define TEXT_PRUNE                                                                                 \
  {                                                                                                \
    .scale = 256, .entry_bits = 24, .held_bits = 24, .text_bits = 6, .part_text_bits = 5,          \
    .record_bits = 48, .field_bits = 16                                                            \
  }

static const TrainOptions train_options[] = {
    [TEXT_BALANCED] = {.block_shift = 2, .block_tokens = 24, .margin = 100, .prune = TEXT_PRUNE},
    [TEXT_FAST] = {.block_shift = 0,
                   .block_tokens = 6,
                   .margin = 150, /* a field takes as long to read as several tokens */
                   .flat = true,
                   .prune = TEXT_PRUNE},
    [TEXT_SMALL] = {.block_shift = 3,
                    .block_tokens = 48,
                    .margin = 100,
                    .form = CODEC_PAIRS,
                    .refine = true,
                    .prune = {.scale = 256, .entry_bits = 27, .held_bits = 1}},
};

/* One try at coding the strings, and what it is measured by. */
typedef struct Attempt {
  const Strings *strings;
  uint64_t plain; /* bytes of the plain section */
  ParallelRun *run;
  TextTraining **training; /* or NULL */
  Dictionary dictionary;
} Attempt;

static bool worth_coding(const Attempt *a, uint64_t bits) {
  return bits / 8 < a->plain / 100 * WORTH_PERCENT;
}

/* Code for so many bytes of text such as the codec was made for. */
static uint64_t usual_bits(const TextCodec *codec, uint64_t size) {
  return size * load_u32(codec->bytes + CODEC_AT_RATE) / 1024;
}

/*
** Whether the codec offered serves so many bytes of strings: hardly worse than what a new one,
** as good as that one was for its own strings, would cost. A short tail would
** not get as good a one, so it is content with less; a section much larger than
** the one that the codec was made for gets a better one.
*/
static bool is_usual(const TextCodec *codec, uint64_t size, uint64_t bits) {
  uint64_t trained = load_u32(codec->bytes + CODEC_AT_TRAINED_SIZE);
  uint64_t usual = usual_bits(codec, size);
  if (size / GROWTH > trained) return false;
  if (size < trained / TAIL_SHARE) return bits < usual * TAIL_FACTOR;
  return bits <= usual + usual / REUSE_SHARE + 8 * text_codec_memory(codec);
}

static bool worth_reusing(const Attempt *a, const TextCodec *codec, uint64_t bits) {
  return worth_coding(a, bits) && is_usual(codec, strings_size(a->strings), bits);
}

/*
** Codes with the codec offered if that is worth it, as *done tells; else what `out` has gained is
** to be dropped.
*/
static int try_reuse(Attempt *a, TextCodec *codec, Buffer *out, bool *done) {
  size_t begin = out->size;
  bool few = a->strings->count < 2 * ESTIMATE_STRINGS; /* then all are coded, and judged by that */
  uint64_t bits = 0;
  uint16_t *item;
  int rc = dictionary_reopen(&a->dictionary, codec, &item);
  if (rc != SQLITE_OK) return rc;
  if (!few) rc = encode_estimate(a->strings, &a->dictionary, &bits);
  *done = rc == SQLITE_OK && (few || worth_reusing(a, codec, bits));
  if (*done) {
    rc = encode_section(a->strings, &a->dictionary, (PruneTerms){0}, a->run, &codec, item, out);
  }
  if (rc == SQLITE_OK && few) {
    bits = 8ull * load_u32(out->bytes + begin + CODED_AT_CODE_SIZE);
    *done = worth_reusing(a, codec, bits);
  }
  dictionary_clear(&a->dictionary);
  sqlite3_free(item);
  return rc;
}

/*
** Whether coding is worth it, so many bits being estimated from the sample. In bytes at random
** RePair finds pairs that come often in the sample, and nowhere else.
*/
static int judge_training(Attempt *a, uint64_t bits, bool *worth) {
  int rc = SQLITE_OK;
  bool sure = bits / 8 < a->plain / 100 * SURE_PERCENT;
  if (!sure && worth_coding(a, bits)) {
    rc = encode_estimate(a->strings, &a->dictionary, &bits);
  }
  *worth = worth_coding(a, bits);
  return rc;
}

/* Codes with a codec made for these strings, if that is worth it. */
static int try_training(Attempt *a, const TrainOptions *options, TextCodec **codec, Buffer *out,
                        bool *done) {
  uint64_t bits = 0;
  int rc = dictionary_train(&a->dictionary, a->strings, options, a->training, &bits);
  if (rc != SQLITE_OK) return rc;
  rc = judge_training(a, bits, done);
  if (rc == SQLITE_OK && *done) {
    uint16_t *item = sqlite3_malloc64(a->dictionary.grammar.capacity * sizeof *item);
    rc = item == NULL
             ? SQLITE_NOMEM
             : encode_section(a->strings, &a->dictionary, options->prune, a->run, codec, item, out);
    sqlite3_free(item);
  }
  dictionary_clear(&a->dictionary);
  return rc;
}

/*
** Appends a coded section if that is smaller than a plain one, with *codec
** replaced if it is not the one offered; *done tells.
*/
static int encode_coded(Attempt *a, const TrainOptions *options, TextCodec **codec, Buffer *out,
                        bool *done) {
  size_t begin = out->size;
  if (*codec != NULL) {
    int rc = try_reuse(a, *codec, out, done);
    if (rc == SQLITE_OK && *done) *done = out->size - begin < a->plain;
    if (rc != SQLITE_OK || *done) return rc;
    out->size = begin;
  }
  TextCodec *made = NULL;
  int rc = try_training(a, options, &made, out, done);
  if (rc == SQLITE_OK && *done) *done = out->size - begin + text_codec_memory(made) < a->plain;
  if (rc != SQLITE_OK || !*done) {
    text_codec_release(made);
    return rc;
  }
  text_codec_release(*codec);
  *codec = made;
  return SQLITE_OK;
}

int text_encode(const Strings *strings, TextProfile profile, ParallelRun *run, TextCodec **codec,
                TextTraining **training, Buffer *out) {
  size_t begin = out->size;
  bool done = false;
  if (strings_size(strings) >= SMALLEST_TEXT) {
    Attempt *attempt = sqlite3_malloc64(sizeof *attempt);
    if (attempt == NULL) return SQLITE_NOMEM;
    attempt->strings = strings;
    attempt->plain = plain_size(strings);
    attempt->run = run;
    attempt->training = training;
    int rc = encode_coded(attempt, &train_options[profile], codec, out, &done);
    sqlite3_free(attempt);
    if (rc == SQLITE_OK && done) return rc;
    out->size = begin; /* whatever a try has left */
    if (rc != SQLITE_OK && rc != SQLITE_TOOBIG) return rc;
  }
  return plain_encode(strings, out);
}

/* --- carrying over ---------------------------------------------------------- */

const TextCodec *text_coded_with(const TextView *view) {
  return view->encoding == SECTION_CODED ? view->codec : NULL;
}

/*
** Whether strings carried over stay with the codec, so many bytes coded in so many bits. New ones
** that took the place of others may cost more, as a new codec would not save much. Where all cost
** much less, something else may be better still.
*/
static bool worth_carrying(const TextCodec *codec, uint64_t size, uint64_t bits, bool changed) {
  uint64_t trained = load_u32(codec->bytes + CODEC_AT_TRAINED_SIZE);
  uint64_t usual = usual_bits(codec, size), margin = usual / CHANGED_SHARE;
  if (bits / 8 >= size / 100 * WORTH_PERCENT) return false;
  if (size >= trained / TAIL_SHARE && bits < usual - margin) return false;
  return is_usual(codec, size, bits) ||
         (changed && size / GROWTH <= trained && bits < usual + margin);
}

int text_carry(const TextOrigin *origins, const Strings *strings, const TextCodec *codec,
               bool changed, Buffer *out, bool *done) {
  size_t begin = out->size;
  uint64_t size = 0;
  uint16_t *item;
  *done = false;
  Dictionary *dictionary = sqlite3_malloc64(sizeof *dictionary);
  if (dictionary == NULL) return SQLITE_NOMEM;
  int rc = dictionary_reopen(dictionary, codec, &item);
  if (rc == SQLITE_OK) {
    rc = carry_section(origins, strings, codec, dictionary, item, &size, out);
    if (rc == SQLITE_OK) {
      uint64_t bits = 8ull * load_u32(out->bytes + begin + CODED_AT_CODE_SIZE);
      *done = worth_carrying(codec, size, bits, changed);
    }
    dictionary_clear(dictionary);
    sqlite3_free(item);
  }
  sqlite3_free(dictionary);
  if (!*done) out->size = begin;
  return rc;
}

/* --- reading -------------------------------------------------------------- */

int text_open(TextView *view, const unsigned char *section, size_t size, const TextCodec *codec) {
  *view = (TextView){.section = section, .size = size, .codec = codec};
  if (size < SECTION_HEADER || section[0] >= READER_COUNT) return SQLITE_CORRUPT;
  view->encoding = section[0];
  view->has_nul = (section[1] & SECTION_FLAG_NUL) != 0;
  view->count = load_u32(section + 4);
  if (view->count > SECTION_MAX_ROWS) return SQLITE_CORRUPT;
  return readers[view->encoding]->open(view);
}

int text_read(const TextView *view, uint32_t row, TextExpansion *expansion, Buffer *into) {
  if (row >= view->count) return SQLITE_CORRUPT;
  return readers[view->encoding]->read(view, row, expansion, into);
}

int text_read_batch(const TextView *view, uint32_t first, uint32_t count, TextExpansion *expansion,
                    TextBatch *into) {
  into->count = 0;
  into->text.size = 0;
  into->start[0] = 0;
  if (count > TEXT_BATCH_ROWS || first > view->count || count > view->count - first) {
    return SQLITE_CORRUPT;
  }
  if (count == 0) return SQLITE_OK;
  int rc = readers[view->encoding]->read_batch(view, first, count, expansion, into);
  if (rc == SQLITE_OK) into->count = count;
  return rc;
}

void text_batch_clear(TextBatch *batch) {
  buffer_clear(&batch->text);
  batch->count = 0;
}

void text_describe(const TextView *view, TextInfo *info) {
  *info = (TextInfo){0};
  readers[view->encoding]->describe(view, info);
}
