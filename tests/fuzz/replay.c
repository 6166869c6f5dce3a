/*
** replay.c: main of a fuzz target without libFuzzer: runs it over files.
**
**   replay FILE...   prints `ok FILE` behind each; what goes wrong ends the process
*/
#include "input.h"

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  uint8_t *bytes = NULL;
  *size = 0;
  expect(file != NULL, "cannot open %s", path);
  for (size_t got = 1; got > 0; *size += got) {
    bytes = realloc(bytes, *size + 65536);
    expect(bytes != NULL, "no memory");
    got = fread(bytes + *size, 1, 65536, file);
  }
  fclose(file);
  /* No byte more than there is, so that a read behind the end is noticed. */
  return realloc(bytes, *size + (*size == 0));
}

int main(int count, char **paths) {
  for (int i = 1; i < count; i++) {
    size_t size;
    uint8_t *bytes = read_file(paths[i], &size);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    printf("ok %s\n", paths[i]);
    fflush(stdout);
  }
  return 0;
}
