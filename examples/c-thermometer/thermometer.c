// A component in C without a C library. The bindings are written by hand: each function of
// thermometer.wit is a core function whose parameters and result are those of the Canonical ABI.

#include <stddef.h>
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("$root"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

typedef struct {
  const char *text;
  size_t size;
} string;

IMPORT("read-raw") extern uint32_t read_raw(void);

// The heap starts where the linker put the end of data and stack, and is empty between calls.
extern unsigned char __heap_base;
static unsigned char *next = &__heap_base;

// What the caller gets memory from, for the values that it passes.
EXPORT("cabi_realloc")
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  uintptr_t at = ((uintptr_t)next + align - 1) & -align;
  unsigned char *made = (unsigned char *)at;
  next = made + size;
  for (size_t i = 0; i < old_size && i < size; i++) made[i] = ((unsigned char *)old)[i];
  return made;
}

static void *allocate(size_t size) { return cabi_realloc(NULL, 0, 8, size); }

static void release(void) { next = &__heap_base; }

// result<summary, string> in memory: the case, then the payload.
typedef struct {
  uint8_t is_error;
  union {
    struct {
      uint32_t count;
      float lowest, highest, mean;
    } ok;
    string error;
  };
} measure_result;

// The RP2040's temperature sensor: 0.706 V at 27 degrees, -1.721 mV per degree.
static float celsius(uint32_t raw) {
  float volts = (float)raw * (3.3f / 4096.0f);
  return 27.0f - (volts - 0.706f) / 0.001721f;
}

EXPORT("measure")
measure_result *measure(uint32_t count) {
  measure_result *result = allocate(sizeof *result);
  if (!count) {
    static const char text[] = "no measurement asked for";
    result->is_error = 1;
    result->error = (string){text, sizeof text - 1};
    return result;
  }
  float *values = allocate(count * sizeof *values);
  float sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    values[i] = celsius(read_raw());
    sum += values[i];
  }
  float lowest = values[0], highest = values[0];
  for (uint32_t i = 1; i < count; i++) {
    if (values[i] < lowest) lowest = values[i];
    if (values[i] > highest) highest = values[i];
  }
  result->is_error = 0;
  result->ok.count = count;
  result->ok.lowest = lowest;
  result->ok.highest = highest;
  result->ok.mean = sum / (float)count;
  return result;
}

EXPORT("cabi_post_measure")
void measure_done(measure_result *result) { release(); }

EXPORT("chart")
string *chart(const uint16_t *values, size_t count) {
  static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  string *result = allocate(sizeof *result);
  char *text = allocate(3 * count);  // each bar has three bytes of UTF-8
  uint32_t most = 1;
  for (size_t i = 0; i < count; i++)
    if (values[i] > most) most = values[i];
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < 3; k++) text[3 * i + k] = bars[values[i] * 7u / most][k];
  *result = (string){text, 3 * count};
  return result;
}

EXPORT("cabi_post_chart")
void chart_done(string *result) { release(); }
