"""Instructions: what WebAssembly says (instructions) and how wrt-micro runs them (machine)."""
