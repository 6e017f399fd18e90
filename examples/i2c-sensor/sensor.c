// Reads a TMP102 on I2C and prints the temperature: C without a C library, on wasi:i2c and
// wasi:cli/stdout. The imports are declared by hand, as the Canonical ABI has them: a result with a
// payload is written to where the last argument points.

#include <stddef.h>
#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define BUSES "wrt:board/buses@0.1.0"
#define I2C "wasi:i2c/i2c@0.2.0-draft"
#define STREAMS "wasi:io/streams@0.2.4"

typedef struct {
  const uint8_t *data;
  size_t size;
} bytes;

typedef struct {
  uint8_t is_error;
  union {
    uint32_t handle;
    bytes data;
    struct {
      uint8_t code;  // bus, arbitration-loss, no-acknowledge, overrun, other
      uint8_t source;
    } error;
  };
} result;

IMPORT(BUSES, "open-i2c") void open_i2c(const char *name, size_t size, result *made);
IMPORT(I2C, "[method]i2c.write-read")
void write_read(uint32_t bus, uint32_t address, const uint8_t *data, size_t size, uint64_t count,
                result *got);
IMPORT(I2C, "[resource-drop]i2c") void drop_i2c(uint32_t bus);
IMPORT("wasi:cli/stdout@0.2.4", "get-stdout") uint32_t get_stdout(void);
IMPORT(STREAMS, "[method]output-stream.blocking-write-and-flush")
void write_and_flush(uint32_t stream, const char *data, size_t size, uint32_t *failed);
IMPORT(STREAMS, "[resource-drop]output-stream") void drop_stream(uint32_t stream);

// What the host gives lists to the program in: each call has one at most, and it is short.
static uint8_t given[64];

__attribute__((export_name("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  if (size > sizeof given) __builtin_trap();
  return given;
}

static void print(const char *text, size_t size) {
  uint32_t failed[3];
  uint32_t out = get_stdout();
  write_and_flush(out, text, size, failed);
  drop_stream(out);
}

#define PRINT(text) print(text, sizeof text - 1)

// In hundredths of a degree: 12 bits, each a sixteenth.
static int celsius(const uint8_t *data) {
  int raw = (int16_t)(data[0] << 8 | data[1]) >> 4;
  return raw * 100 / 16;
}

static void print_number(int value) {
  char text[16];
  size_t at = sizeof text;
  unsigned left = value < 0 ? -value : value;
  text[--at] = '\n';
  for (int digits = 0; digits < 3 || left; digits++) {
    if (digits == 2) text[--at] = '.';
    text[--at] = '0' + left % 10;
    left /= 10;
  }
  if (value < 0) text[--at] = '-';
  print(text + at, sizeof text - at);
}

__attribute__((export_name("wasi:cli/run@0.2.4#run"))) int run(void) {
  result made;
  open_i2c("sensor", 6, &made);
  if (made.is_error) {
    PRINT("no bus is called sensor\n");
    return 1;
  }
  uint32_t bus = made.handle;
  uint8_t register_0 = 0;
  result got;
  for (int i = 0; i < 3; i++) {
    write_read(bus, 0x48, &register_0, 1, 2, &got);
    if (got.is_error) break;
    print_number(celsius(got.data.data));
  }
  drop_i2c(bus);
  if (got.is_error) PRINT("the sensor does not answer\n");
  return got.is_error;
}
