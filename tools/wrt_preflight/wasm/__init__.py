"""Core WebAssembly modules: types and the binary reader."""
