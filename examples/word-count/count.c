// Counts lines, words and bytes of files, as wc does: clang and wasi-libc.

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int count(const char *path) {
  char buffer[128];
  unsigned lines = 0, words = 0, bytes = 0;
  int inside = 0;
  ssize_t got;
  int file = open(path, O_RDONLY);
  if (file < 0) {
    printf("%s: %s\n", path, strerror(errno));
    return 1;
  }
  while ((got = read(file, buffer, sizeof buffer)) > 0) {
    bytes += got;
    for (ssize_t i = 0; i < got; i++) {
      lines += buffer[i] == '\n';
      words += !inside && !isspace((unsigned char)buffer[i]);
      inside = !isspace((unsigned char)buffer[i]);
    }
  }
  close(file);
  printf("%s: %u lines, %u words, %u bytes\n", path, lines, words, bytes);
  return got < 0;
}

int main(int argc, char **argv) {
  int failed = 0;
  for (int i = 1; i < argc; i++) failed |= count(argv[i]);
  return failed;
}
