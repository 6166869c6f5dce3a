/*
** text.h: a run of byte strings, coded so that any one of them can be read.
**
** The text layer knows bytes only: no SQL types, no NULLs, no rows' other
** columns. A *section* is what it makes of the strings of one slot of one
** segment: position-independent bytes, valid in the heap and in a mapped file.
** A *codec* (the dictionary that was trained) stands apart from the section,
** since several sections may share one. types.h has what callers and the layers below
** share. Calls plain.h, coded.h, train.h, encode.h, reopen.h, carry.h, codec.h, section.h,
** types.h, base/.
**
** Functions that return int answer SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG, or
** SQLITE_CORRUPT for bytes that no encoder wrote; reading never leaves the
** section or the codec, whatever the bytes are.
*/
#ifndef SLOTS_TEXT_H
#define SLOTS_TEXT_H

#include "base/parallel.h"
#include "types.h"

typedef enum TextProfile { TEXT_BALANCED, TEXT_FAST, TEXT_SMALL } TextProfile;

/*
** Appends the section for `strings` to `out` (whose size must be a multiple of
** 8). *codec is what the section before this one of the same column used, or
** NULL; on return it is the one that this section needs and that the next
** should be offered (possibly another one, or NULL), with a reference for the
** caller; the reference that came in is given up. After an error *codec and
** the content of `out` are as they were. *training, which may become another one even then, is
** what was learned for that section, or NULL; NULL instead of it: none will come behind this one.
** `run` is that of the task under way, whose other
** threads may help, or NULL; the outcome does not depend on it.
*/
int text_encode(const Strings *strings, TextProfile profile, ParallelRun *run, TextCodec **codec,
                TextTraining **training, Buffer *out);

/* The codec of whose codes a section consists; NULL for one of plain text. */
const TextCodec *text_coded_with(const TextView *view);

/*
** Appends a section of strings most of which others have that are coded with `codec`, if that is
** about as small as encoding them: *done tells, and if false `out` is as it was. Strings of one
** section come in its order and without those of another between them; those without one are in
** `strings`, whose bytes are not NULL, and whose other strings are empty. `changed`: strings of
** those sections are left out. SQLITE_CORRUPT for damaged sections.
*/
int text_carry(const TextOrigin *origins, const Strings *strings, const TextCodec *codec,
               bool changed, Buffer *out, bool *done);

/* Opens and validates a section, O(1) in its size. `codec` is the one it was encoded with. */
int text_open(TextView *view, const unsigned char *section, size_t size, const TextCodec *codec);

/*
** Replaces `into`'s content by string `row` and a zero byte, which size does not count.
** `expansion` is what reads of many strings share, or NULL.
*/
int text_read(const TextView *view, uint32_t row, TextExpansion *expansion, Buffer *into);

/* Decodes strings first .. first + count - 1, count <= TEXT_BATCH_ROWS. */
int text_read_batch(const TextView *view, uint32_t first, uint32_t count, TextExpansion *expansion,
                    TextBatch *into);

void text_batch_clear(TextBatch *batch);

void text_describe(const TextView *view, TextInfo *info);

#endif
