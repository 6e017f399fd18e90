"""Where the bytes of a program are: in flash by function, section and table, in heap by use."""
