// What wasi-libc makes of WASI 0.1: files, directories, streams, times, and their errors.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SHOW(call)                                                              \
  do {                                                                          \
    errno = 0;                                                                  \
    long result = (long)(call);                                                 \
    printf("%s: %ld %s\n", #call, result, errno ? strerror(errno) : "");        \
  } while (0)

static int by_name(const void *a, const void *b) {
  return strcmp(*(char **)a, *(char **)b);
}

static void list(const char *path) {
  char *names[64];
  int count = 0;
  DIR *folder = opendir(path);
  if (!folder) {
    printf("opendir %s: %s\n", path, strerror(errno));
    return;
  }
  struct dirent *entry;
  while ((entry = readdir(folder)) && count < 64)
    if (entry->d_name[0] != '.') names[count++] = strdup(entry->d_name);
  closedir(folder);
  qsort(names, count, sizeof *names, by_name);
  printf("%s:", path);
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  printf("\n");
}

static void files(void) {
  FILE *file = fopen("/data/notes.txt", "w");
  for (int i = 0; i < 300; i++) fprintf(file, "line %d of a file that is longer than one buffer\n", i);
  SHOW(fclose(file));
  file = fopen("/data/notes.txt", "r+");
  SHOW(fseek(file, 100, SEEK_SET));
  SHOW(fputs("CHANGED", file));
  SHOW(fseek(file, -8, SEEK_END));
  char buffer[64];
  SHOW(fread(buffer, 1, sizeof buffer, file));
  SHOW(feof(file));
  rewind(file);
  SHOW(fgets(buffer, sizeof buffer, file) == buffer);
  SHOW(strlen(buffer));
  SHOW(ftell(file));
  SHOW(fclose(file));
  struct stat found;
  SHOW(stat("/data/notes.txt", &found));
  printf("%lld bytes, file %d, directory %d\n", (long long)found.st_size, S_ISREG(found.st_mode),
         S_ISDIR(found.st_mode));
  SHOW(stat("/data", &found));
  printf("directory %d\n", S_ISDIR(found.st_mode));
  file = fopen("/data/notes.txt", "a");
  SHOW(fputs("the end\n", file));
  SHOW(fclose(file));
  SHOW(truncate("/data/notes.txt", 0));
  SHOW(stat("/data/notes.txt", &found));
  printf("%lld bytes\n", (long long)found.st_size);
  int fd = open("/data/exclusive", O_CREAT | O_EXCL | O_RDWR, 0600);
  SHOW(fd > 2);
  SHOW(write(fd, "0123456789", 10));
  SHOW(pread(fd, buffer, 4, 3));
  SHOW(pwrite(fd, "xyz", 3, 8));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(lseek(fd, 0, SEEK_END));
  SHOW(ftruncate(fd, 20));
  SHOW(lseek(fd, 0, SEEK_END));
  SHOW(fsync(fd));
  SHOW(close(fd));
  SHOW(close(fd));
  SHOW(open("/data/exclusive", O_CREAT | O_EXCL | O_RDWR, 0600));
  SHOW(open("/data/none", O_RDONLY));
  SHOW(open("/data/exclusive", O_DIRECTORY | O_RDONLY));
}

static void directories(void) {
  SHOW(mkdir("/data/a", 0700));
  SHOW(mkdir("/data/a/b", 0700));
  SHOW(mkdir("/data/a", 0700));
  SHOW(mkdir("/data/none/b", 0700));
  FILE *file = fopen("/data/a/one", "w");
  SHOW(fputs("one", file));
  SHOW(fclose(file));
  list("/data");
  list("/data/a");
  list("/data/none");
  list("/elsewhere");
  SHOW(rmdir("/data/a"));
  SHOW(unlink("/data/a"));
  SHOW(rmdir("/data/a/one"));
  SHOW(rename("/data/a/one", "/data/two"));
  SHOW(rename("/data/a/one", "/data/two"));
  SHOW(rename("/data/two", "/data/exclusive"));
  SHOW(rename("/data/exclusive", "/data/a"));
  SHOW(rename("/data/a", "/data/a/b/c"));
  SHOW(unlink("/data/a/b/none"));
  SHOW(rmdir("/data/a/b"));
  SHOW(rmdir("/data/a"));
  SHOW(access("/data/exclusive", R_OK));
  SHOW(access("/data/two", F_OK));
  list("/data");
  SHOW(open("/data/../etc/passwd", O_RDONLY));
  SHOW(open("/etc/passwd", O_RDONLY));
  SHOW(open("/data/x/../../y", O_CREAT | O_WRONLY, 0600));
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) printf("argument %s\n", argv[i]);
  printf("HOME is %s, EMPTY is '%s'\n", getenv("HOME"), getenv("EMPTY"));
  SHOW(getenv("PATH") == NULL);
  files();
  directories();
  struct timespec before, after, pause = {0, 2000000};
  SHOW(clock_gettime(CLOCK_MONOTONIC, &before));
  SHOW(nanosleep(&pause, NULL));
  SHOW(clock_gettime(CLOCK_MONOTONIC, &after));
  SHOW((after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec >= 2000000);
  SHOW(time(NULL) > 1600000000);
  unsigned char random[16] = {0}, sum = 0;
  SHOW(getentropy(random, sizeof random));
  for (int i = 0; i < 16; i++) sum |= random[i];
  SHOW(sum != 0);
  char line[64];
  while (fgets(line, sizeof line, stdin)) printf("read %s", line);
  SHOW(feof(stdin));
  fprintf(stderr, "to standard error\n");
  SHOW(isatty(1));
  SHOW(lseek(1, 0, SEEK_SET));
  exit(42);
}
