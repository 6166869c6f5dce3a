/*
** match_coded.c: see match_coded.h.
*/
#include "match_coded.h"

#include "base/sqlite.h"
#include "coded.h"
#include "decode.h"

#if defined(__GNUC__) || defined(__clang__)
#define MATCH_INLINE __attribute__((always_inline)) static inline
#else
#define MATCH_INLINE static inline
#endif

/* Strings of a batch and those before them in a block. */
#define MATCH_ROWS (TEXT_BATCH_ROWS + (1u << OFFSETS_GROUP_SHIFT))

/* Where a lane is. */
typedef struct Cursor {
  StreamReader reader;
  size_t step;      /* of the token before, see match_steps.h */
  uint32_t context; /* of the next one, for class codes, unless it begins a string */
  uint8_t *next;    /* for the answer of the string under way */
  uint8_t *stop;    /* behind that of the last one */
} Cursor;

/* Some blocks in a row. */
typedef struct Lane {
  Cursor cursor;
  uint32_t first;                                /* string of out[0] */
  Decoder fields;                                /* place in the code and registers, nothing else */
  uint8_t out[MATCH_ROWS + DECODE_ROUND_TOKENS]; /* by string: STEP_REJECTED or STEP_ACCEPTED */
} Lane;

/* What both lanes share. */
typedef struct Match {
  MatchSteps *steps;
  const TextCodec *codec;
  const unsigned char *code;
  const unsigned char *last; /* place that a reader's next byte may have */
  uint64_t end;              /* bits of code */
  uint32_t block_shift;
} Match;

/* Passes over a token that is that step, or ends with it. */
static inline void note_step(Cursor *cursor, uint32_t step) {
  cursor->step = step;
  *cursor->next = (uint8_t)step;
  cursor->next += step < STEP_STATE;
}

/* --- tokens that are not just a step -------------------------------------- */

/* Steps over the bytes of a field whose payload comes next. */
static int walk_field(const Match *match, Decoder *d, uint32_t number, uint32_t *state) {
  if (d->at > d->end) return SQLITE_CORRUPT;
  const unsigned char *field = match->codec->field_bytes + FIELD_SIZE * (size_t)number;
  decode_registers(d);
  uint64_t value = decode_field(d, field);
  if (*state == AUTOMATON_DEAD || *state == AUTOMATON_ACCEPT) return SQLITE_OK;
  unsigned char digits[FIELD_DECIMALS_MAX];
  field_write(field, value, digits);
  *state = automaton_run(match->steps->automaton, *state, digits, field[FIELD_AT_WIDTH]);
  return SQLITE_OK;
}

/* Steps over a token along its script. */
static int walk_script(const Match *match, Decoder *d, uint32_t token, uint32_t *state,
                       bool *ends) {
  const Automaton *automaton = match->steps->automaton;
  const unsigned char *script = match->steps->scripts.bytes + match->steps->script[token];
  const unsigned char *text = script + 3;
  for (uint32_t left = script[2]; left != 0; left--) {
    *state = automaton_run(automaton, *state, text + 1, text[0]);
    text += text[0] + 1;
    int rc = walk_field(match, d, *text++, state);
    if (rc != SQLITE_OK) return rc;
  }
  *state = automaton_run(automaton, *state, text + 1, text[0]);
  *ends = text[text[0] + 1] != 0;
  return SQLITE_OK;
}

/*
** The step of a token that has to be followed, from that state. From one that
** nothing leads out of, just its payload is taken.
*/
static int walk_token(const Match *match, Decoder *d, uint32_t token, uint32_t state,
                      uint32_t *step) {
  const Automaton *automaton = match->steps->automaton;
  bool ends = false;
  if (match->steps->script[token] != MATCH_NO_SCRIPT) {
    int rc = walk_script(match, d, token, &state, &ends);
    *step = match_step(automaton, state, ends);
    return rc;
  }
  /* an escape; else what no encoder writes: SYMBOL_SAME not alone */
  if (codec_special(match->codec, token) != CODEC_ESCAPE || d->at > d->end) return SQLITE_CORRUPT;
  *step = STEP_STATE + automaton->next[state][stream_get(d->code, d->at, 8)];
  d->at += 8;
  return SQLITE_OK;
}

/* Goes on behind a payload. */
static int pass_payload(const Match *match, Lane *lane, uint32_t token, uint32_t *step) {
  const MatchSteps *steps = match->steps;
  Cursor *cursor = &lane->cursor;
  Decoder *d = &lane->fields;
  uint32_t ignored;
  int rc = SQLITE_OK;
  d->at = stream_at(&cursor->reader, match->code);
  d->row = lane->first + (uint32_t)(cursor->next - lane->out);
  if (*step == STEP_SPELL) {
    rc = walk_token(match, d, token, match_state(cursor->step), step);
  } else {
    *step -= STEP_PAYLOAD;
    if (steps->registers) {
      rc = walk_token(match, d, token, AUTOMATON_DEAD, &ignored);
    } else {
      d->at += load_u16(steps->scripts.bytes + steps->script[token]);
    }
  }
  if (rc == SQLITE_OK && d->at > d->end) rc = SQLITE_CORRUPT;
  if (rc == SQLITE_OK) cursor->reader = stream_open(match->code, d->at);
  return rc;
}

/* Passes the token that the lane is at, of any kind. */
static int pass_token(const Match *match, Lane *lane) {
  Cursor *cursor = &lane->cursor;
  if (cursor->step < STEP_STATE) cursor->context = 0;
  uint32_t token = decode_next(match->codec, &cursor->reader, &cursor->context);
  uint32_t step = match->steps->step[cursor->step << MATCH_ROW_SHIFT | token];
  int rc = SQLITE_OK;
  if (step == STEP_UNKNOWN) rc = match_steps_find(match->steps, cursor->step, token, &step);
  if (rc == SQLITE_OK && step >= STEP_PAYLOAD) rc = pass_payload(match, lane, token, &step);
  if (rc == SQLITE_OK) note_step(cursor, step);
  return rc;
}

/* --- the loops, for codes of classes and for others ----------------------- */

/* What a step is looked up in: by value, as answers are written through bytes. */
typedef struct Tables {
  const uint8_t *size, *step;
  const PrefixLength *length;
  const ClassCode *classes;
  const ClassTables *classed;
} Tables;

static Tables tables_of(const Match *match) {
  return (Tables){match->steps->size, match->steps->step, match->codec->code.length,
                  match->codec->classes, match->steps->tables};
}

/* Passes a token if all there is to it is a step. */
static inline bool pass_step(Tables tables, Cursor *cursor) {
  uint64_t bits = cursor->reader.bits;
  uint32_t size = tables.size[bits >> (64 - MATCH_FIRST_BITS)];
  if (size == 0) return false;
  int64_t token = (int64_t)(bits >> (-size & 63)) + tables.length[size].base;
  uint32_t step = tables.step[(cursor->step << MATCH_ROW_SHIFT) + (size_t)token];
  if (step >= STEP_PAYLOAD) return false;
  stream_take(&cursor->reader, size);
  note_step(cursor, step);
  return true;
}

/* Passes a token if all there is to it is a step, where codes depend on classes. */
static inline bool pass_class_step(Tables tables, Cursor *cursor) {
  StreamReader reader = cursor->reader;
  uint32_t context = cursor->step < STEP_STATE ? 0 : cursor->context;
  uint32_t token = class_tables_next(tables.classed, tables.classes, &reader, &context);
  uint32_t step = tables.step[(cursor->step << MATCH_ROW_SHIFT) + token];
  if (step >= STEP_PAYLOAD) return false;
  cursor->reader = reader;
  cursor->context = context;
  note_step(cursor, step);
  return true;
}

/*
** Passes some tokens; false before one that is more than a step. May go past
** the last string by less than a round; what is found there is not used.
*/
MATCH_INLINE bool run_round(Tables tables, Cursor *cursor, bool classes) {
  stream_fill(&cursor->reader);
  if (classes) return pass_class_step(tables, cursor) && pass_class_step(tables, cursor);
  return pass_step(tables, cursor) && pass_step(tables, cursor) && pass_step(tables, cursor);
}

MATCH_INLINE int lane_loop(const Match *match, Lane *lane, bool classes) {
  Tables tables = tables_of(match);
  Cursor cursor = lane->cursor;
  while (cursor.next < cursor.stop) {
    if (cursor.reader.next > match->last) return SQLITE_CORRUPT;
    if (run_round(tables, &cursor, classes) || cursor.next >= cursor.stop) continue;
    lane->cursor = cursor;
    int rc = pass_token(match, lane);
    if (rc != SQLITE_OK) return rc;
    cursor = lane->cursor;
  }
  return SQLITE_OK;
}

MATCH_INLINE int both_loop(const Match *match, Lane *a, Lane *b, bool classes) {
  Tables tables = tables_of(match);
  Cursor at_a = a->cursor, at_b = b->cursor;
  while (at_a.next < at_a.stop && at_b.next < at_b.stop) {
    if (at_a.reader.next > match->last || at_b.reader.next > match->last) return SQLITE_CORRUPT;
    bool special_a = !run_round(tables, &at_a, classes) && at_a.next < at_a.stop;
    bool special_b = !run_round(tables, &at_b, classes) && at_b.next < at_b.stop;
    if (!special_a && !special_b) continue;
    a->cursor = at_a;
    b->cursor = at_b;
    int rc = special_a ? pass_token(match, a) : SQLITE_OK;
    if (rc == SQLITE_OK && special_b) rc = pass_token(match, b);
    if (rc != SQLITE_OK) return rc;
    at_a = a->cursor;
    at_b = b->cursor;
  }
  a->cursor = at_a;
  b->cursor = at_b;
  return SQLITE_OK;
}

static int run_lane(const Match *match, Lane *lane) {
  return match->codec->classes ? lane_loop(match, lane, true) : lane_loop(match, lane, false);
}

/* Until one of them is done. */
static int run_both(const Match *match, Lane *a, Lane *b) {
  return match->codec->classes ? both_loop(match, a, b, true) : both_loop(match, a, b, false);
}

/* --- lanes ---------------------------------------------------------------- */

/* Makes a lane for the block that `first` lies in and those up to string `stop`. */
static int open_lane(const Match *match, const TextView *view, uint32_t first, uint32_t stop,
                     Lane *lane) {
  uint32_t block = first >> match->block_shift;
  uint64_t at = offsets_block_at(view, block);
  if (at > match->end) return SQLITE_CORRUPT;
  lane->first = block << match->block_shift;
  lane->cursor = (Cursor){.reader = stream_open(match->code, at),
                          .step = STEP_REJECTED,
                          .next = lane->out,
                          .stop = lane->out + (stop - lane->first)};
  lane->fields.codec = match->codec;
  lane->fields.code = match->code;
  lane->fields.end = match->end;
  lane->fields.block_shift = match->block_shift;
  lane->fields.register_block = UINT32_MAX; /* so the registers need no value yet */
  return SQLITE_OK;
}

/* Sets the bits of strings from..stop - 1, the first of which is bit `at`. */
static void give_answers(const Lane *lane, uint32_t from, uint32_t stop, uint32_t at,
                         uint64_t *bits) {
  const uint8_t *out = lane->out + (from - lane->first);
  for (uint32_t i = at; i < at + (stop - from); i++) {
    bits[i / 64] |= (uint64_t)*out++ << (i % 64);
  }
}

int match_coded(MatchSteps *steps, const TextView *view, uint32_t first, uint32_t count,
                uint64_t *bits) {
  uint32_t size = view->layout[CODED_CODE_SIZE], shift = view->layout[CODED_SHIFT];
  const unsigned char *code = view->section + view->layout[CODED_CODE];
  Match match = {.steps = steps,
                 .codec = view->codec,
                 .code = code,
                 .last = code + size + 8, /* 56 bits or more may wait */
                 .end = (uint64_t)size * 8,
                 .block_shift = shift};
  uint32_t stop = first + count, middle = (first + count / 2) >> shift << shift;
  Lane a, b;
  if (middle <= first) middle = stop;
  int rc = open_lane(&match, view, first, middle, &a);
  if (rc == SQLITE_OK && middle != stop) {
    rc = open_lane(&match, view, middle, stop, &b);
    if (rc == SQLITE_OK) rc = run_both(&match, &a, &b);
    if (rc == SQLITE_OK) rc = run_lane(&match, &b);
    if (rc == SQLITE_OK) give_answers(&b, middle, stop, middle - first, bits);
  }
  if (rc == SQLITE_OK) rc = run_lane(&match, &a);
  if (rc == SQLITE_OK) give_answers(&a, first, middle, 0, bits);
  return rc;
}
