// Standard input in capitals, as WASI 0.3 has it: a stream comes in, a stream goes out, and a future
// each says how that ended. C without a C library; the names of the imports are those that
// wasm-tools has for streams and futures in a function's type, counted from 0.

#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define STDIN "wasi:cli/stdin@0.3.0"
#define STDOUT "wasi:cli/stdout@0.3.0"

typedef uint32_t end;

// What a read or write returns: the number of elements, and in the low four bits whether the other
// end is gone.
#define COUNT(result) ((result) >> 4)
#define GONE(result) ((result) & 15)

IMPORT(STDIN, "read-via-stream") void read_via_stream(end ends[2]);
IMPORT(STDIN, "[stream-read-0]read-via-stream") uint32_t read(end, uint8_t *data, uint32_t most);
IMPORT(STDIN, "[stream-drop-readable-0]read-via-stream") void drop_input(end);
IMPORT(STDIN, "[future-read-1]read-via-stream") uint32_t read_outcome(end, uint8_t result[2]);
IMPORT(STDIN, "[future-drop-readable-1]read-via-stream") void drop_read_outcome(end);

IMPORT(STDOUT, "write-via-stream") end write_via_stream(end);
IMPORT(STDOUT, "[stream-new-0]write-via-stream") uint64_t new_stream(void);
IMPORT(STDOUT, "[stream-write-0]write-via-stream")
uint32_t write(end, const uint8_t *data, uint32_t count);
IMPORT(STDOUT, "[stream-drop-writable-0]write-via-stream") void drop_output(end);
IMPORT(STDOUT, "[future-read-1]write-via-stream") uint32_t write_outcome(end, uint8_t result[2]);
IMPORT(STDOUT, "[future-drop-readable-1]write-via-stream") void drop_write_outcome(end);

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) uint32_t run(void) {
  uint8_t data[64], outcome[2];
  end input[2];
  read_via_stream(input);
  uint64_t made = new_stream();
  end output = made >> 32, written = write_via_stream((end)made);

  uint32_t got, sent = 0;
  do {
    got = read(input[0], data, sizeof data);
    for (uint32_t i = 0; i < COUNT(got); i++)
      if (data[i] >= 'a' && data[i] <= 'z') data[i] -= 'a' - 'A';
    for (uint32_t at = 0; at < COUNT(got) && !GONE(sent); at += COUNT(sent))
      sent = write(output, data + at, COUNT(got) - at);
  } while (!GONE(got) && !GONE(sent));

  drop_input(input[0]);
  drop_output(output);
  read_outcome(input[1], outcome);
  drop_read_outcome(input[1]);
  uint32_t failed = outcome[0];
  write_outcome(written, outcome);
  drop_write_outcome(written);
  return failed | outcome[0];
}
