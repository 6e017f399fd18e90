// A program of an ordinary C toolchain: clang and wasi-libc. Nothing in it is made for a board.

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  const char *name = getenv("NAME");
  printf("Hello, %s!\n", name ? name : "whoever you are");
  for (int i = 1; i < argc; i++) printf("argument %d is %s\n", i, argv[i]);
  return argc - 1;
}
