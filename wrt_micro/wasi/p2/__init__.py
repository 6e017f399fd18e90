# WASI 0.2: a file for each interface.
