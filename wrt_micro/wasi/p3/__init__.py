# WASI 0.3, whose functions are async: a file for each interface.
