/*
** prune_test.c: which tokens a dictionary keeps (text/prune.h).
**
** Plan
**    1. One token of two letters: kept where it is used often, dropped where its entry costs more
**       than it saves; its uses become those of its parts.
**    2. What a part costs by itself: a short code where it is used anyway; text, unless another
**       token holds it.
**    3. Codes of one length: a token makes all of them longer.
**    4. Tokens learned from random words: the strings and the dictionary together take no
**       more afterwards, and hardly less without any one of the tokens that are left.
**
** Prints "ok NAME" or "not ok NAME: reason" for each case; exits with 1 if one failed. Seeds are
** fixed.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sqlite.h"
#include "cases.h"
#include "text/prune.h"
#include "text/repair.h"

#define CAPACITY 4096

static const PruneTerms usual = {
    .scale = 256, .entry_bits = 24, .held_bits = 24, .text_bits = 6, .part_text_bits = 5};

static Grammar grammar;
static uint32_t uses[CAPACITY], work[2 * CAPACITY];

static void begin(void) {
  grammar_clear(&grammar);
  if (grammar_init(&grammar, CAPACITY, NULL, 0) != SQLITE_OK) abort();
  memset(uses, 0, sizeof uses);
}

static uint32_t add_token(uint32_t left, uint32_t right, uint32_t count) {
  uint32_t token = grammar.count++;
  grammar.pair[token] = (TokenPair){(uint16_t)left, (uint16_t)right};
  grammar.bytes[token] = (uint8_t)(grammar.bytes[left] + grammar.bytes[right]);
  grammar.symbols[token] = (uint8_t)(grammar.symbols[left] + grammar.symbols[right]);
  grammar.fields[token] = 0;
  uses[token] = count;
  return token;
}

static void prune(bool flat, PruneTerms terms) { prune_tokens(&grammar, uses, flat, terms, work); }

/* ---- one token ------------------------------------------------------------------------ */

/* Whether "ab" is kept, which comes `count` times beside letters that come 200 times each. */
static bool keeps_pair(uint32_t count) {
  begin();
  for (uint32_t c = 'a'; c <= 'z'; c++) uses[c] = 200;
  uint32_t token = add_token('a', 'b', count);
  prune(false, usual);
  bool kept = uses[token] != 0;
  uint32_t expected = kept ? 200 : 200 + count;
  if (kept && uses[token] != count) fail("kept, with %u uses", uses[token]);
  if (uses['a'] != expected || uses['b'] != expected || uses['c'] != 200) {
    fail("%u, %u, %u uses of letters", uses['a'], uses['b'], uses['c']);
  }
  return kept;
}

static void used_often_is_kept(void) {
  if (!keeps_pair(100)) fail("dropped");
}

static void used_once_is_dropped(void) {
  if (keeps_pair(1)) fail("kept");
}

static void without_uses_is_no_token(void) {
  if (keeps_pair(0)) fail("kept");
}

/* Strings that are seen more often than they were counted pay for more tokens. */
static void a_sample_is_scaled_up(void) {
  begin();
  for (uint32_t c = 'a'; c <= 'z'; c++) uses[c] = 200;
  uint32_t token = add_token('a', 'b', 30);
  PruneTerms terms = usual;
  terms.scale = 256 * 40;
  prune(false, terms);
  if (uses[token] != 30) fail("dropped");
  if (keeps_pair(30)) fail("kept without");
}

/* ---- parts ---------------------------------------------------------------------------- */

/*
** Whether a token of two long ones is kept that comes 100 times. Those come 300 times by
** themselves, and as parts of two further tokens, which come `holding` times; 0: there are none.
*/
static bool keeps_long_pair(uint32_t holding) {
  begin();
  for (uint32_t c = 'a'; c <= 'z'; c++) uses[c] = 200;
  uint32_t part[2], holder[2];
  for (uint32_t i = 0; i < 2; i++) {
    part[i] = add_token('a' + i, 'c', 0);
    for (uint32_t c = 'd'; c <= 'u'; c++) part[i] = add_token(part[i], c + i, 0);
    uses[part[i]] = 300;
  }
  uint32_t token = add_token(part[0], part[1], 100);
  for (uint32_t i = 0; i < 2 && holding != 0; i++) holder[i] = add_token('z', part[i], holding);
  prune(false, usual);
  for (uint32_t i = 0; i < 2 && holding != 0; i++) {
    if ((uses[holder[i]] != 0) != (holding > 1)) fail("a token used %u times", holding);
  }
  return uses[token] != 0;
}

/* Its text goes with it, since others hold that of its parts, and these have short codes. */
static void parts_that_others_hold_need_no_text(void) {
  if (keeps_long_pair(900)) fail("kept");
}

/* Their text would have to stay. */
static void parts_by_themselves_need_text(void) {
  if (!keeps_long_pair(0)) fail("dropped");
  if (!keeps_long_pair(1)) fail("dropped, as others hold its parts that are dropped");
}

/* A part that nothing else uses need not become a token: its letters are cheap enough. */
static void unused_parts_are_written_by_their_own(void) {
  begin();
  for (uint32_t c = 'a'; c <= 'z'; c++) uses[c] = 200;
  uint32_t part = add_token('a', 'b', 0), token = add_token(part, 'c', 6);
  prune(false, usual);
  if (uses[token] != 0 || uses[part] != 0) fail("kept");
  if (uses['a'] != 206 || uses['c'] != 206) fail("%u, %u uses", uses['a'], uses['c']);
}

/* Parts that are rare by themselves get shorter codes as soon as the token is gone. */
static void rare_parts_get_shorter_codes(void) {
  begin();
  for (uint32_t c = 'a'; c <= 'z'; c++) uses[c] = 2000;
  uint32_t left = add_token('a', 'b', 6), right = add_token('c', 'd', 2000);
  uint32_t token = add_token(left, right, 6);
  PruneTerms terms = usual;
  terms.entry_bits = terms.held_bits = 48;
  prune(false, terms);
  if (uses[token] != 0) fail("kept");
}

/* ---- codes of one length -------------------------------------------------------------- */

static bool keeps_flat_pair(uint32_t others) {
  begin();
  for (uint32_t c = 'a'; c <= 'z'; c++) uses[c] = others;
  uint32_t token = add_token('a', 'b', 60);
  prune(true, usual);
  return uses[token] != 0;
}

static void a_token_makes_all_codes_longer(void) {
  if (!keeps_flat_pair(20)) fail("dropped among few");
  if (keeps_flat_pair(20000)) fail("kept among many");
}

/* ---- learned tokens ------------------------------------------------------------------- */

#define WORDS 6000
#define WORD_SIZE 12

/* Learns tokens from words made of syllables, some of them rare. */
static void learn(uint32_t seed) {
  static uint16_t symbols[WORDS * WORD_SIZE];
  static uint32_t start[WORDS + 1];
  begin();
  random_state = seed;
  uint32_t at = 0, syllables = 20 + random_below(400);
  for (uint32_t i = 0; i < WORDS; i++) {
    start[i] = at;
    for (uint32_t n = 1 + random_below(5); n != 0; n--) {
      uint32_t s = random_below(1 + random_below(syllables));
      symbols[at++] = (uint16_t)('a' + s % 20);
      symbols[at++] = (uint16_t)('a' + s / 20);
    }
    symbols[at++] = SYMBOL_END;
  }
  start[WORDS] = at;
  Sequences sequences = {.symbols = symbols, .start = start, .count = WORDS};
  if (repair(&grammar, &sequences, 3, uses) != SQLITE_OK) abort();
}

/* Bits of codes by entropy, of entries, and of text that is not part of a longer token's. */
static double description_length(void) {
  static bool held[CAPACITY];
  double bits = 0, total = 0;
  memset(held, 0, sizeof held);
  for (uint32_t t = 0; t < grammar.count; t++) total += uses[t];
  for (uint32_t t = grammar.count; t-- > 0;) {
    if (uses[t] != 0) bits += uses[t] * log2(total / uses[t]);
    if (t < SYMBOL_LIMIT || (uses[t] == 0 && !held[t])) continue;
    if (uses[t] != 0) bits += usual.entry_bits;
    if (uses[t] != 0 && !held[t]) bits += usual.text_bits * grammar.bytes[t];
    held[grammar.pair[t].left] = held[grammar.pair[t].right] = true;
  }
  return bits;
}

static double without(uint32_t token) {
  TokenPair pair = grammar.pair[token];
  uint32_t count = uses[token], left = uses[pair.left], right = uses[pair.right];
  uses[token] = 0;
  uses[pair.left] += count;
  uses[pair.right] += count;
  double bits = description_length();
  uses[pair.left] = left;
  uses[pair.right] = right;
  uses[token] = count;
  return bits;
}

static void the_description_gets_shorter(void) {
  for (uint32_t seed = 1; seed <= 20; seed++) {
    learn(seed);
    double before = description_length();
    prune(false, usual);
    double after = description_length();
    if (after > before) fail("seed %u: %.0f bits, then %.0f", seed, before, after);
  }
}

static void no_token_is_left_that_does_not_pay(void) {
  for (uint32_t seed = 1; seed <= 20; seed++) {
    learn(seed);
    prune(false, usual);
    double all = description_length();
    for (uint32_t t = SYMBOL_LIMIT; t < grammar.count; t++) {
      if (uses[t] == 0) continue;
      double less = all - without(t);
      if (less > 32) fail("seed %u: %.0f bits less without token %u", seed, less, t);
    }
  }
}

int main(void) {
  run_case("used_often_is_kept", used_often_is_kept);
  run_case("used_once_is_dropped", used_once_is_dropped);
  run_case("without_uses_is_no_token", without_uses_is_no_token);
  run_case("a_sample_is_scaled_up", a_sample_is_scaled_up);
  run_case("parts_that_others_hold_need_no_text", parts_that_others_hold_need_no_text);
  run_case("parts_by_themselves_need_text", parts_by_themselves_need_text);
  run_case("unused_parts_are_written_by_their_own", unused_parts_are_written_by_their_own);
  run_case("rare_parts_get_shorter_codes", rare_parts_get_shorter_codes);
  run_case("a_token_makes_all_codes_longer", a_token_makes_all_codes_longer);
  run_case("the_description_gets_shorter", the_description_gets_shorter);
  run_case("no_token_is_left_that_does_not_pay", no_token_is_left_that_does_not_pay);
  grammar_clear(&grammar);
  return failures != 0;
}
