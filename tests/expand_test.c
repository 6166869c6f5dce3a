/*
** expand_test.c: codecs of pairs whose tokens become text while strings are read (text/expand.h).
** That all strings are the same both ways is a matter of text_test.c, too.
**
** Plan
**   1 When: after as many strings as it pays for, read singly or in batches, with codes of classes
**     or without; at once for a scan that comes to another section; never for other codecs, nor for
**     few strings. Counts begin anew where another codec was read with.
**   2 Pairs that no encoder makes: in circles, tokens too long, an end or a repeat inside: left as
**     they are, and strings read all the same.
**   3 Out of memory at each allocation in turn: strings are read all the same.
**   4 Tables: a scan, and a join that reads rows here and there, take the memory, and give it back
**     when they end; a look-up does not, however often it is made anew.
*/
#include "base/bits.h"
#include "database.h"
#include "text/expand.h"
#include "text_cases.h"

/* --- lists ---------------------------------------------------------------- */

static void fill_phrases(void) {
  list_clear();
  for (int i = 0; i < 20000; i++) add_phrase();
}

static void fill_words(void) {
  list_clear();
  for (uint32_t i = 0; i < 20000; i++) {
    list_addf("%c%c", 'a' + (int)random_below(26), 'a' + (int)random_below(26));
  }
}

/* Reads all strings, and compares. */
static void read_batches(const TextView *view, TextExpansion *expansion) {
  TextBatch batch = {0};
  for (uint32_t i = 0; i < view->count; i++) {
    uint32_t at = i % TEXT_BATCH_ROWS, left = view->count - i, size = list.start[i + 1];
    uint32_t count = left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS;
    if (at == 0 && text_read_batch(view, i, count, expansion, &batch) != SQLITE_OK) {
      fail("batch %u", i);
      break;
    }
    size -= list.start[i];
    if (batch.start[at + 1] - batch.start[at] - 1 != size ||
        memcmp(batch.text.bytes + batch.start[at], list.text.bytes + list.start[i], size) != 0) {
      fail("string %u of a batch", i);
      break;
    }
  }
  text_batch_clear(&batch);
}

static void read_singly(const TextView *view, uint32_t strings, TextExpansion *expansion) {
  Buffer string = {0};
  for (uint32_t k = 0; k < strings; k++) {
    uint32_t i = random_below(view->count), size = list.start[i + 1] - list.start[i];
    int rc = text_read(view, i, expansion, &string);
    if (rc != SQLITE_OK || string.size != size ||
        memcmp(string.bytes, list.text.bytes + list.start[i], size) != 0) {
      fail("string %u", i);
      break;
    }
  }
  buffer_clear(&string);
}

/* --- 1. when -------------------------------------------------------------- */

static void check_when(TextProfile profile, bool classes, bool expanded) {
  TextCodec *codec = NULL;
  Section section;
  TextExpansion batches = {0}, singles = {0};
  if (encode(&section, profile, &codec)) {
    if ((codec->classes != NULL) != classes) fail("classes");
    read_singly(&section.view, 3, &singles);
    if (singles.expanded != NULL) fail("expanded for 3 strings");
    read_singly(&section.view, 3000, &singles);
    if ((singles.expanded != NULL) != expanded) fail("read singly");
    read_batches(&section.view, &batches);
    if ((batches.expanded != NULL) != expanded) fail("read in batches");
  }
  text_expansion_clear(&batches);
  text_expansion_clear(&singles);
  section_clear(&section);
  text_codec_release(codec);
}

static void pairs_with_classes(void) {
  fill_phrases();
  check_when(TEXT_SMALL, true, true);
}

static void pairs_without_classes(void) {
  fill_words();
  check_when(TEXT_SMALL, false, true);
}

static void codecs_of_text(void) {
  fill_phrases();
  check_when(TEXT_BALANCED, false, false);
  check_when(TEXT_FAST, false, false);
}

static void read_batch(const TextView *view, uint32_t first, TextExpansion *expansion) {
  TextBatch batch = {0};
  int rc = text_read_batch(view, first, TEXT_BATCH_ROWS, expansion, &batch);
  if (rc != SQLITE_OK) fail("text_read_batch answers %d", rc);
  text_batch_clear(&batch);
}

/* From one section to another and back. */
static void other_sections(void) {
  TextCodec *one = NULL, *other = NULL;
  Section first, second;
  TextExpansion expansion = {0};
  fill_phrases();
  encode(&second, TEXT_SMALL, &other);
  fill_phrases();
  encode(&first, TEXT_SMALL, &one);
  read_batch(&second.view, 0, &expansion);
  if (expansion.expanded != NULL) fail("expanded for one batch");
  read_batches(&first.view, &expansion);
  if (expansion.expanded == NULL || expansion.pairs != one) fail("not expanded");
  read_batch(&second.view, 0, &expansion);
  if (expansion.expanded == NULL || expansion.pairs != other) fail("a scan goes on without");
  read_singly(&first.view, 1, &expansion);
  if (expansion.expanded != NULL || expansion.strings >= 100) fail("a single string goes on with");
  text_expansion_clear(&expansion);
  section_clear(&first);
  section_clear(&second);
  text_codec_release(one);
  text_codec_release(other);
}

/* --- 2. pairs that no encoder makes ---------------------------------------- */

static void set_pair(unsigned char *bytes, const TextCodec *codec, uint32_t number, uint32_t left,
                     uint32_t right) {
  uint32_t half = codec->entry_bits / 2;
  uint64_t at = (uint64_t)(codec->entries - codec->bytes) * 8 + (uint64_t)number * 2 * half;
  uint64_t pair = left | (uint64_t)right << half;
  for (uint32_t i = 0; i < 2 * half; i++, at++) {
    bytes[at / 8] = (unsigned char)(bytes[at / 8] & ~(1u << at % 8));
    bytes[at / 8] = (unsigned char)(bytes[at / 8] | (pair >> i & 1) << at % 8);
  }
}

/* The entry of a symbol, or of a pair of others: the n-th of these. */
static uint32_t entry_of(const TextCodec *codec, uint32_t symbol) {
  uint32_t number = 0;
  for (; number < codec->entry_count; number++) {
    CodecPair pair = codec_pair(codec, number);
    if (pair.left == codec->entry_count && pair.right == symbol) return number;
  }
  fail("symbol %u has no entry", symbol);
  return 0;
}

static uint32_t pair_of(const TextCodec *codec, uint32_t n) {
  uint32_t number = 0;
  while (codec_pair(codec, number).left == codec->entry_count || n-- != 0) number++;
  return number;
}

/* Expects that the bytes are a codec which is not expanded, and that strings are read without. */
static void check_refused(const unsigned char *bytes, size_t size, Section *section,
                          const char *what) {
  TextCodec *codec = NULL, *expanded = NULL;
  TextView view;
  if (text_codec_open(bytes, size, &codec) != SQLITE_OK) {
    fail("%s: not opened", what);
    return;
  }
  sqlite3_int64 used = sqlite3_memory_used();
  if (codec_expand(codec, &expanded) != SQLITE_CORRUPT) fail("%s: expanded", what);
  if (sqlite3_memory_used() != used) fail("%s: leaks", what);
  store_u32(section->bytes.bytes + 12, codec->check);
  if (text_open(&view, section->bytes.bytes, section->bytes.size, codec) != SQLITE_OK) fail("open");
  TextExpansion expansion = {.counted = codec, .strings = UINT32_MAX};
  Buffer one = {0}, other = {0};
  for (uint32_t i = 0; i < 300; i++) {
    int rc = text_read(&view, i, NULL, &one);
    if (text_read(&view, i, &expansion, &other) != rc) fail("%s: string %u", what, i);
    if (rc == SQLITE_OK && (one.size != other.size || memcmp(one.bytes, other.bytes, one.size)))
      fail("%s: string %u differs", what, i);
  }
  if (!expansion.refused || expansion.expanded != NULL) fail("%s: not refused", what);
  text_expansion_clear(&expansion);
  buffer_clear(&one);
  buffer_clear(&other);
  text_codec_release(codec);
}

static void damaged_pairs_are_refused(void) {
  TextCodec *codec = NULL;
  Section section;
  fill_phrases();
  if (!encode(&section, TEXT_SMALL, &codec)) return;
  size_t size;
  const unsigned char *bytes = text_codec_bytes(codec, &size);
  unsigned char *copy = sqlite3_malloc64(size);
  uint32_t a = pair_of(codec, 0), b = pair_of(codec, 1), end = entry_of(codec, SYMBOL_END);
  uint32_t letter = entry_of(codec, 'y'), same = entry_of(codec, SYMBOL_SAME);
  const uint32_t pairs[][4] = {{a, a, letter, 'i'},   {a, letter, a, 'r'}, {a, b, b, 'm'},
                               {a, end, letter, 'e'}, {a, same, end, 's'}, {a, letter, same, 'S'}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    char what[] = {(char)pairs[i][3], 0};
    memcpy(copy, bytes, size);
    set_pair(copy, codec, a, pairs[i][1], pairs[i][2]);
    if (what[0] == 'm') set_pair(copy, codec, b, a, a); /* one in the other */
    check_refused(copy, size, &section, what);
  }
  memcpy(copy, bytes, size);
  set_pair(copy, codec, a, letter, letter);
  for (uint32_t n = 1; n < 8; n++) {
    set_pair(copy, codec, pair_of(codec, n), pair_of(codec, n - 1), pair_of(codec, n - 1));
  }
  check_refused(copy, size, &section, "256 bytes");
  sqlite3_free(copy);
  section_clear(&section);
  text_codec_release(codec);
}

/* --- 3. out of memory ------------------------------------------------------ */

static void out_of_memory(void) {
  TextCodec *codec = NULL;
  Section section;
  fill_phrases();
  if (!encode(&section, TEXT_SMALL, &codec)) return;
  sqlite3_int64 used = sqlite3_memory_used();
  int failed = 0;
  for (int64_t n = 0;; n++) {
    TextExpansion expansion = {.counted = codec, .strings = UINT32_MAX};
    TextCodec *expanded = NULL;
    allocations_left = n;
    int rc = codec_expand(codec, &expanded);
    bool all = allocations_left >= 0;
    allocations_left = n;
    if (expansion_use(&expansion, codec, 1) == codec && all) fail("not expanded");
    allocations_left = -1;
    if (rc != (all ? SQLITE_OK : SQLITE_NOMEM)) fail("allocation %d: %d", (int)n, rc);
    if (expansion.refused == all) fail("allocation %d: refused", (int)n);
    read_singly(&section.view, 10, &expansion);
    text_codec_release(expanded);
    text_expansion_clear(&expansion);
    if (sqlite3_memory_used() != used) fail("allocation %d leaks", (int)n);
    if (all) break;
    failed++;
  }
  if (failed < 4) fail("%d allocations", failed);
  section_clear(&section);
  text_codec_release(codec);
}

/* --- 4. tables ------------------------------------------------------------- */

#define EXPANDED_BYTES 20000 /* that an expansion of the table's texts takes at least */

static sqlite3 *open_database(void) {
  sqlite3 *db = open_slots(":memory:");
  must(db,
       "CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT);"
       "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, name TEXT, compress='small');"
       "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 20000) "
       "INSERT INTO p SELECT i, 'view of river ' || (i * 7919 % 4001) || ' near head ' || (i % 91) "
       "|| ', study for landscape ' || (i * 7919 % 1009) FROM s;"
       "INSERT INTO t SELECT * FROM p; INSERT INTO t(t) VALUES('optimize')");
  return db;
}

/* Steps through a query of ids and names; returns the most that SQLite's memory grew by meanwhile. */
static sqlite3_int64 read_rows(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = prepare(db, sql);
  sqlite3_int64 used = sqlite3_memory_used(), most = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    sqlite3_int64 now = sqlite3_memory_used();
    if (now > most) most = now;
    if (sqlite3_column_int(statement, 1) == 0) fail("another name: %s", sql);
  }
  sqlite3_reset(statement);
  if (sqlite3_memory_used() - used > EXPANDED_BYTES / 2) fail("kept: %s", sql);
  if (sqlite3_finalize(statement) != SQLITE_OK) fail("%s", sqlite3_errmsg(db));
  return most - used;
}

static void check_table(const char *sql, bool expanded) {
  sqlite3 *db = open_database();
  sqlite3_int64 grown = read_rows(db, sql);
  if ((grown >= EXPANDED_BYTES) != expanded) fail("%lld bytes: %s", grown, sql);
  sqlite3_close(db);
}

#define SAME_NAME "t.name = (SELECT name FROM p AS q WHERE q.id = t.id)"
#define HERE_AND_THERE "FROM p CROSS JOIN t ON t.id = p.id * 7919 % 20000 + 1"

static void scans_and_joins(void) {
  check_table("SELECT t.id, " SAME_NAME " FROM t", true);
  check_table("SELECT t.id, " SAME_NAME " FROM t ORDER BY id DESC", true);
  check_table("SELECT t.id, " SAME_NAME " " HERE_AND_THERE, true);
  check_table("SELECT t.id, " SAME_NAME " FROM t LIMIT 10", false);
  check_table("SELECT t.id, " SAME_NAME " " HERE_AND_THERE " LIMIT 2", false);
}

/* A statement that is used again and again for a row each time. */
static void lookups(void) {
  sqlite3 *db = open_database();
  sqlite3_stmt *statement = prepare(db, "SELECT name FROM t WHERE id = ?");
  sqlite3_int64 least = 0, most = 0;
  for (int i = 1; i <= 20000; i++) {
    sqlite3_bind_int(statement, 1, i);
    if (sqlite3_step(statement) != SQLITE_ROW) fail("row %d", i);
    sqlite3_int64 now = sqlite3_memory_used();
    if (i == 1 || now < least) least = now;
    if (now > most) most = now;
    sqlite3_reset(statement);
  }
  if (most - least >= EXPANDED_BYTES) fail("%lld bytes", most - least);
  sqlite3_finalize(statement);
  sqlite3_close(db);
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  random_state = 1;
  run_case(NAMED(pairs_with_classes));
  run_case(NAMED(pairs_without_classes));
  run_case(NAMED(codecs_of_text));
  run_case(NAMED(other_sections));
  run_case(NAMED(damaged_pairs_are_refused));
  run_case(NAMED(out_of_memory));
  run_case(NAMED(scans_and_joins));
  run_case(NAMED(lookups));
  buffer_clear(&list.text);
  if (sqlite3_memory_used() != 0) fail("%lld bytes are left", sqlite3_memory_used());
  return failures != 0;
}
