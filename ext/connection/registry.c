/*
** registry.c: see registry.h.
*/
#include "registry.h"

#include <string.h>

#include "store/compact.h"
#include "base/memory.h"
#include "base/mutex.h"
#include "base/statements.h"
#include "orphans.h"
#include "shadow.h"

/* The registries of the process, so that a connection has one only; under MUTEX_REGISTRIES. */
static Registry *registries;

/* ---- followers ------------------------------------------------------------------- */

void registry_follow(Registry *registry, Follower *follower) {
  follower->next = registry->followers;
  registry->followers = follower;
}

void registry_unfollow(Registry *registry, Follower *follower) {
  Follower **link = &registry->followers;
  while (*link != NULL && *link != follower) link = &(*link)->next;
  if (*link != NULL) *link = follower->next;
}

static void tell_rollback(Registry *registry) {
  for (Follower *f = registry->followers; f != NULL; f = f->next) f->rolled_back(f->cache);
}

static void tell_commit(Registry *registry) {
  for (Follower *f = registry->followers; f != NULL; f = f->next) f->committed(f->cache);
}

static void release_followers(Registry *registry) {
  while (registry->followers != NULL) {
    Follower *follower = registry->followers;
    registry->followers = follower->next;
    follower->released(follower->cache);
  }
}

/* ---- the registry itself ----------------------------------------------------- */

static Registry *find(sqlite3 *db) {
  Registry *registry = registries;
  while (registry != NULL && registry->db != db) registry = registry->next;
  return registry;
}

static Registry *find_or_make(sqlite3 *db) {
  Registry *registry = find(db);
  if (registry != NULL) return registry;
  registry = sqlite3_malloc64(sizeof *registry);
  if (registry == NULL) return NULL;
  *registry = (Registry){.db = db, .next = registries, .undo = {.db = db, .epoch = 1}};
  sqlite3_randomness(sizeof registry->secret, &registry->secret);
  registries = registry;
  return registry;
}

Registry *registry_attach(sqlite3 *db) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_REGISTRIES);
  Registry *registry = find_or_make(db);
  if (registry != NULL) registry->references++;
  sqlite3_mutex_leave(mutex);
  return registry;
}

bool registry_is_loaded(sqlite3 *db) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_REGISTRIES);
  const Registry *registry = find(db);
  bool loaded = registry != NULL && registry->loaded;
  sqlite3_mutex_leave(mutex);
  return loaded;
}

void registry_set_loaded(sqlite3 *db) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_REGISTRIES);
  find(db)->loaded = true;
  sqlite3_mutex_leave(mutex);
}

static void unlink_registry(Registry *registry) {
  Registry **link = &registries;
  while (*link != registry) link = &(*link)->next;
  *link = registry->next;
}

static void release_table(RegisteredTable *registered) {
  table_release(registered->table);
  sqlite3_free(registered->schema);
}

void registry_release(void *argument) {
  Registry *registry = argument;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_REGISTRIES);
  bool last = --registry->references == 0;
  if (last) unlink_registry(registry);
  sqlite3_mutex_leave(mutex);
  if (!last) return;
  registry_rollback(registry);
  release_followers(registry);
  for (uint32_t i = 0; i < registry->table_count; i++) release_table(&registry->tables[i]);
  sqlite3_free(registry->tables);
  sqlite3_free(registry->numbers);
  undo_clear(&registry->undo);
  sqlite3_free(registry);
}

static int add_table(Registry *registry, Table *table, const char *schema) {
  if (registry->table_count == registry->table_capacity) {
    uint32_t capacity = registry->table_capacity * 2 + 4;
    RegisteredTable *tables = sqlite3_realloc64(registry->tables, capacity * sizeof *tables);
    if (tables == NULL) return SQLITE_NOMEM;
    registry->tables = tables;
    registry->table_capacity = capacity;
  }
  char *home = sqlite3_mprintf("%s", schema);
  if (home == NULL) return SQLITE_NOMEM;
  registry->tables[registry->table_count++] =
      (RegisteredTable){.table = table_retain(table), .schema = home};
  return SQLITE_OK;
}

static void remove_table(Registry *registry, Table *table) {
  for (uint32_t i = 0; i < registry->table_count; i++) {
    if (registry->tables[i].table != table) continue;
    RegisteredTable removed = registry->tables[i];
    registry->tables[i] = registry->tables[--registry->table_count];
    release_table(&removed);
    return;
  }
}

/* ---- tables --------------------------------------------------------------------- */

/* Any other table of the guard's name, which can only be one in temp, has no such column. */
int registry_join(Registry *registry) {
  static const char sql[] = "DELETE FROM temp." SLOTS_GUARD " WHERE " SLOTS_GUARD;
  if (registry->joined) return SQLITE_OK;
  int rc = sqlite3_exec(registry->db, sql, NULL, NULL, NULL);
  registry->joined = rc == SQLITE_OK;
  return rc;
}

int registry_make_guard(Registry *registry, const char *schema) {
  static const char sql[] =
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp." SLOTS_GUARD " USING " SLOTS_GUARD;
  if (sqlite3_stricmp(schema, "temp") != 0) return SQLITE_OK;
  int rc = sqlite3_exec(registry->db, sql, NULL, NULL, NULL);
  return rc == SQLITE_AUTH ? SQLITE_OK : rc; /* main's will do */
}

/* Frees tables that are in no database, that nobody reads and that no rollback brings back. */
static int remove_orphans(Registry *registry) {
  uint32_t count = 0;
  Table **tables = sqlite3_malloc64((registry->table_count + 1) * sizeof *tables);
  if (tables == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < registry->table_count; i++) {
    Table *table = registry->tables[i].table;
    bool connected = table->references > 1;
    if (!connected && !table_has_changes(table)) tables[count++] = table;
  }
  int rc = orphans_find(registry->db, tables, &count);
  for (uint32_t i = 0; i < count; i++) remove_table(registry, tables[i]);
  sqlite3_free(tables);
  return rc;
}

static int64_t make_id(void) {
  int64_t id;
  sqlite3_randomness(sizeof id, &id);
  return id & INT64_MAX;
}

int registry_create(Registry *registry, const char *schema, const char *name, const TableDef *def,
                    Table **table) {
  int64_t id = make_id();
  *table = NULL;
  int rc = registry_join(registry);
  if (rc == SQLITE_OK) rc = remove_orphans(registry);
  if (rc == SQLITE_OK) {
    rc = shadow_create(registry->db, schema, name, id,
                       def->snapshot == NULL ? NULL : def->declaration);
  }
  if (rc == SQLITE_OK) rc = undo_reserve(&registry->undo, 1);
  if (rc == SQLITE_OK) rc = table_create(id, def, &registry->undo, table);
  if (rc == SQLITE_OK) rc = add_table(registry, *table, schema);
  if (rc == SQLITE_OK) {
    undo_push(&registry->undo, (UndoEntry){.table = *table, .kind = UNDO_CREATE});
  } else {
    table_release(*table);
    *table = NULL;
  }
  return rc;
}

/* The file behind a database; one in memory has such an object, too. NULL: no such database. */
static const sqlite3_file *file_of(sqlite3 *db, const char *schema) {
  sqlite3_file *file = NULL;
  sqlite3_file_control(db, schema, SQLITE_FCNTL_FILE_POINTER, &file);
  return file;
}

/* Whether two names mean one database: that of main can be changed. */
static bool is_same_database(sqlite3 *db, const char *a, const char *b) {
  if (sqlite3_stricmp(a, b) == 0) return true;
  const sqlite3_file *file = file_of(db, a);
  return file != NULL && file == file_of(db, b);
}

int registry_find(Registry *registry, const char *schema, const char *name, Table **table) {
  int64_t id = 0;
  *table = NULL;
  int rc = shadow_read(registry->db, schema, name, &id);
  if (rc == SQLITE_NOTFOUND) return SQLITE_OK;
  for (uint32_t i = 0; rc == SQLITE_OK && *table == NULL && i < registry->table_count; i++) {
    const RegisteredTable *registered = &registry->tables[i];
    bool found =
        registered->table->id == id && is_same_database(registry->db, registered->schema, schema);
    if (found) *table = table_retain(registered->table);
  }
  return rc;
}

int registry_adopt(Registry *registry, const char *schema, const char *name, const TableDef *def,
                   Table **table) {
  int64_t id = 0;
  *table = NULL;
  int rc = shadow_read(registry->db, schema, name, &id);
  if (rc != SQLITE_OK) return rc == SQLITE_NOTFOUND ? SQLITE_OK : rc;
  rc = table_create(id, def, &registry->undo, table);
  if (rc == SQLITE_OK) rc = add_table(registry, *table, schema);
  if (rc != SQLITE_OK) {
    table_release(*table);
    *table = NULL;
  }
  return rc;
}

int registry_drop(Registry *registry, const char *schema, const char *name, Table *table) {
  int rc = registry_join(registry);
  if (rc == SQLITE_OK) rc = undo_reserve(&registry->undo, 1);
  if (rc == SQLITE_OK) rc = shadow_drop(registry->db, schema, name);
  if (rc == SQLITE_OK && table != NULL) {
    undo_push(&registry->undo, (UndoEntry){.table = table, .kind = UNDO_DROP});
  }
  return rc;
}

int registry_rename(Registry *registry, const char *schema, const char *name, const char *to) {
  return shadow_rename(registry->db, schema, name, to);
}

/* ---- numbers -------------------------------------------------------------------- */

int registry_take_module_number(Registry *registry, uint32_t *number) {
  uint32_t count = registry->number_count, free = 0;
  while (free < count && registry->numbers[free]) free++;
  if (free == count) {
    unsigned char *numbers = sqlite3_realloc64(registry->numbers, (uint64_t)count + 1);
    if (numbers == NULL) return SQLITE_NOMEM;
    registry->numbers = numbers;
    registry->number_count++;
  }
  registry->numbers[free] = 1;
  *number = free;
  return SQLITE_OK;
}

void registry_give_module_number(Registry *registry, uint32_t number) {
  registry->numbers[number] = 0;
}

/* ---- transactions --------------------------------------------------------------- */

int registry_savepoint(Registry *registry, int number) {
  return undo_mark(&registry->undo, number);
}

void registry_release_savepoint(Registry *registry, int number) {
  undo_release(&registry->undo, number);
}

static void undo_back_to(Registry *registry, size_t count) {
  Undo *undo = &registry->undo;
  undo->epoch++;
  undo->statement_known = false;
  while (undo->count > count) {
    UndoEntry *entry = &undo->entries[--undo->count];
    if (entry->kind == UNDO_CREATE) {
      remove_table(registry, entry->table);
    } else if (entry->kind != UNDO_DROP) {
      table_undo(entry);
    }
  }
}

void registry_rollback_statement(Registry *registry) {
  size_t begin;
  if (!undo_has_statement(&registry->undo, &begin)) return;
  /* Several INSERT ... RETURNING may be open: their changes cannot be told apart. */
  if (statements_writing(registry->db) != 1) return;
  undo_back_to(registry, begin);
}

void registry_rollback_to(Registry *registry, int number) {
  Undo *undo = &registry->undo;
  undo_reach(undo, number);
  if (number < 0) {
    /* A savepoint that began the transaction has the number -1 and no mark. */
    undo_back_to(registry, 0);
    undo->mark_count = 0;
  } else if (undo->mark_count > (size_t)number) {
    undo_back_to(registry, undo->marks[number]);
    undo->mark_count = (size_t)number + 1;
  }
  tell_rollback(registry);
}

/* Memory that the transaction needed: spare blocks, and what sealing has freed. */
static void give_back(Registry *registry) {
  uint64_t sealed = 0;
  for (uint32_t i = 0; i < registry->table_count; i++) {
    sealed += table_settle(registry->tables[i].table);
  }
  memory_give_back(sealed);
}

void registry_rollback(Registry *registry) {
  undo_reach(&registry->undo, -1);
  undo_back_to(registry, 0);
  undo_reset(&registry->undo);
  registry->joined = false;
  tell_rollback(registry);
  give_back(registry);
}

void registry_sync(Registry *registry) {
  for (uint32_t i = 0; i < registry->table_count; i++) {
    Table *table = registry->tables[i].table;
    /* Short of memory the rows stay open, and are tried again at a later commit. */
    if (compact_is_due(table, SEAL_COMMIT)) compact_seal(table, SEAL_COMMIT);
  }
}

void registry_commit(Registry *registry) {
  Undo *undo = &registry->undo;
  registry->joined = false;
  tell_commit(registry);
  if (undo->count == 0) {
    undo_reset(undo);
    return;
  }
  for (size_t i = 0; i < undo->count; i++) {
    UndoEntry *entry = &undo->entries[i];
    if (entry->kind != UNDO_DROP) table_commit(entry);
  }
  for (size_t i = 0; i < undo->count; i++) {
    if (undo->entries[i].kind == UNDO_DROP) remove_table(registry, undo->entries[i].table);
  }
  undo_reset(undo);
  give_back(registry);
}
