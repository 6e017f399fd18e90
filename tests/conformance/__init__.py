"""The official WebAssembly suites and our own scripts, on every engine."""
