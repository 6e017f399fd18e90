// Files and clocks of WASI 0.3. Functions are called synchronously; reads and writes wait.

#include <stddef.h>
#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define EXPORT(name) __attribute__((export_name(name)))
#define TYPES "wasi:filesystem/types@0.3.0"
#define METHOD(name) "[method]descriptor." name

typedef uint32_t end;

IMPORT("wasi:filesystem/preopens@0.3.0", "get-directories") void get_directories(uint32_t *list);
IMPORT(TYPES, METHOD("open-at"))
void open_at(uint32_t self, uint32_t follow, const char *path, size_t size, uint32_t open,
             uint32_t flags, uint32_t *result);
IMPORT(TYPES, "[resource-drop]descriptor") void drop_descriptor(uint32_t);
IMPORT(TYPES, METHOD("write-via-stream")) end write_via_stream(uint32_t self, end data, uint64_t at);
IMPORT(TYPES, "[stream-new-0]" METHOD("write-via-stream")) uint64_t new_stream(void);
IMPORT(TYPES, "[stream-write-0]" METHOD("write-via-stream"))
uint32_t write(end, const uint8_t *data, uint32_t count);
IMPORT(TYPES, "[stream-drop-writable-0]" METHOD("write-via-stream")) void drop_writable(end);
IMPORT(TYPES, "[future-read-1]" METHOD("write-via-stream")) uint32_t write_end(end, uint8_t *);
IMPORT(TYPES, "[future-drop-readable-1]" METHOD("write-via-stream")) void drop_write_end(end);
IMPORT(TYPES, METHOD("read-via-stream")) void read_via_stream(uint32_t self, uint64_t at, end *);
IMPORT(TYPES, "[stream-read-0]" METHOD("read-via-stream"))
uint32_t read(end, uint8_t *data, uint32_t count);
IMPORT(TYPES, "[stream-drop-readable-0]" METHOD("read-via-stream")) void drop_readable(end);
IMPORT(TYPES, "[future-read-1]" METHOD("read-via-stream")) uint32_t read_end(end, uint8_t *);
IMPORT(TYPES, "[future-drop-readable-1]" METHOD("read-via-stream")) void drop_read_end(end);
IMPORT(TYPES, METHOD("read-directory")) void read_directory(uint32_t self, end *);
typedef struct {
  struct {
    uint8_t type, pad[3];
    uint8_t some, pad2[3];
    uint32_t text[2];
  } type;
  char *name;
  size_t size;
} entry;
IMPORT(TYPES, "[stream-read-0]" METHOD("read-directory"))
uint32_t read_entries(end, entry *, uint32_t count);
IMPORT(TYPES, "[stream-drop-readable-0]" METHOD("read-directory")) void drop_entries(end);
IMPORT(TYPES, "[future-read-1]" METHOD("read-directory")) uint32_t entries_end(end, uint8_t *);
IMPORT(TYPES, "[future-drop-readable-1]" METHOD("read-directory")) void drop_entries_end(end);
IMPORT("wasi:clocks/monotonic-clock@0.3.0", "now") uint64_t now(void);
IMPORT("wasi:clocks/monotonic-clock@0.3.0", "wait-for") void wait_for(uint64_t);
IMPORT("wasi:cli/exit@0.3.0", "exit-with-code") void exit_with_code(uint32_t);

#define COUNT(result) ((result) >> 4)
#define GONE(result) ((result) & 15)

extern unsigned char __heap_base;
static unsigned char *next = &__heap_base;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  unsigned char *made = (unsigned char *)(((uintptr_t)next + align - 1) & -align);
  next = made + size;
  for (size_t i = 0; i < old_size && i < size; i++) made[i] = ((unsigned char *)old)[i];
  return made;
}

typedef struct {
  uint8_t is_error;
  union {
    struct {
      uint8_t *data;
      size_t size;
    } ok;
    uint32_t value;
  };
} answer;
static answer answered;
static uint8_t outcome[24], data[4096];

static answer *failed(uint32_t step) {
  answered.is_error = 1;
  answered.value = step;
  return &answered;
}

// The directory is opened anew, as get-directories gives a descriptor each time.
static int open(const char *path, size_t size, uint32_t how, uint32_t flags, uint32_t *file) {
  uint32_t list[2], result[6];
  get_directories(list);
  if (!list[1]) return 0;
  uint32_t directory = *(uint32_t *)list[0];
  if (!size) {
    *file = directory;
    return 1;
  }
  open_at(directory, 1, path, size, how, flags, result);
  drop_descriptor(directory);
  *file = result[1];
  return !(uint8_t)result[0];
}

EXPORT("copy") answer *copy(const char *path, size_t size, const uint8_t *text, size_t length) {
  uint32_t file;
  if (!open(path, size, 1 | 8, 2, &file)) return failed(1);  // create, truncate; write
  uint64_t made = new_stream();
  end out = made >> 32, written = write_via_stream(file, (end)made, 0);
  uint32_t sent = 0;
  for (size_t at = 0; at < length && !GONE(sent); at += COUNT(sent))
    sent = write(out, text + at, length - at);
  drop_writable(out);
  outcome[0] = 1;
  write_end(written, outcome);
  drop_write_end(written);
  drop_descriptor(file);
  if (outcome[0]) return failed(2);
  if (!open(path, size, 0, 1, &file)) return failed(3);
  end in[2];
  read_via_stream(file, 0, in);
  drop_descriptor(file);
  size_t total = 0;
  uint32_t got;
  do {
    got = read(in[0], data + total, sizeof data - total);
    total += COUNT(got);
  } while (!GONE(got) && total < sizeof data);
  drop_readable(in[0]);
  outcome[0] = 1;
  read_end(in[1], outcome);
  drop_read_end(in[1]);
  if (outcome[0]) return failed(4);
  next = &__heap_base;
  answered.is_error = 0;
  answered.ok.data = data;
  answered.ok.size = total;
  return &answered;
}

EXPORT("peek") answer *peek(const char *path, size_t size, uint32_t count) {
  uint32_t file;
  end in[2];
  if (!open(path, size, 0, 1, &file)) return failed(1);
  read_via_stream(file, 0, in);
  drop_descriptor(file);
  uint32_t got = count ? read(in[0], data, count) : 0;
  drop_readable(in[0]);
  outcome[0] = 1;
  read_end(in[1], outcome);
  drop_read_end(in[1]);
  if (outcome[0]) return failed(100 + outcome[4]);
  next = &__heap_base;
  answered.is_error = 0;
  answered.value = COUNT(got);
  return &answered;
}

EXPORT("names") answer *names(void) {
  uint32_t directory;
  end in[2];
  if (!open("", 0, 0, 0, &directory)) return failed(1);
  read_directory(directory, in);
  drop_descriptor(directory);
  entry found[2];
  size_t total = 0;
  uint32_t got;
  do {
    got = read_entries(in[0], found, 2);
    for (uint32_t i = 0; i < COUNT(got); i++) {
      data[total++] = '/';
      for (size_t k = 0; k < found[i].size; k++) data[total++] = found[i].name[k];
    }
  } while (!GONE(got));
  drop_entries(in[0]);
  outcome[0] = 1;
  entries_end(in[1], outcome);
  drop_entries_end(in[1]);
  if (outcome[0]) return failed(2);
  next = &__heap_base;
  answered.is_error = 0;
  answered.ok.data = data;
  answered.ok.size = total;
  return &answered;
}

EXPORT("nap") uint64_t nap(uint64_t nanoseconds) {
  uint64_t begin = now();
  wait_for(nanoseconds);
  return (now() - begin) / 1000;
}

EXPORT("leave") void leave(uint32_t code) { exit_with_code(code); }
