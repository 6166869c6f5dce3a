/*
** note_function.c: slots_note, by which triggers tell a cache what changes (trigger_bodies.h); see
** cache.h.
*/
#include "cache_state.h"

#include "base/sqlite.h"
#include "trigger_bodies.h"

/* Once more rows are reported, and more than a quarter of them, all are compared. */
#define MOST_NOTES 65536

/* A key that is no integer makes the cache fail, as reading all rows does. */
static void note(const Cache *cache, Notes *notes, sqlite3_value *key) {
  size_t quarter = (size_t)cache->table->rows / 4;
  if (sqlite3_value_type(key) == SQLITE_INTEGER) {
    notes_add(notes, sqlite3_value_int64(key), quarter > MOST_NOTES ? quarter : MOST_NOTES);
  } else {
    notes_add_all(notes);
  }
}

/*
** A statement below another one has changed something between NOTE_BEGUN and NOTE_WRITTEN: what was
** looked at since may have been in the row's way. One that is begun there may be ignored.
*/
static void note_kind(Cache *cache, NoteKind kind, sqlite3_value *key) {
  int changes = sqlite3_total_changes(cache->registry->db);
  if (kind == NOTE_BEGUN) {
    if (cache->begun_rows++ == 0) cache->begun = changes;
  } else if (kind == NOTE_IN_THE_WAY) {
    note(cache, &cache->conflicts, key);
  } else {
    if (kind == NOTE_WRITTEN && cache->begun != changes) notes_look_again(&cache->notes);
    if (kind == NOTE_WRITTEN && cache->begun_rows > 0) cache->begun_rows--;
    note(cache, &cache->notes, key);
    notes_append(&cache->notes, &cache->conflicts);
  }
}

/* slots_note(id, key, kind), see trigger_bodies.h. */
static void note_function(sqlite3_context *context, int argc, sqlite3_value **argv) {
  Registry *registry = sqlite3_user_data(context);
  sqlite3_int64 id = sqlite3_value_int64(argv[0]);
  (void)argc;
  for (Follower *follower = registry->followers; follower != NULL; follower = follower->next) {
    Cache *cache = follower->cache;
    if (cache->id != id) continue;
    int rc = registry_join(registry);
    if (rc != SQLITE_OK) sqlite3_result_error_code(context, rc);
    note_kind(cache, (NoteKind)sqlite3_value_int(argv[2]), argv[1]);
    return;
  }
}

int cache_register(sqlite3 *db) {
  Registry *registry = registry_attach(db);
  if (registry == NULL) return SQLITE_NOMEM;
  return sqlite3_create_function_v2(db, "slots_note", 3, SQLITE_UTF8, registry, note_function, NULL,
                                    NULL, registry_release);
}
