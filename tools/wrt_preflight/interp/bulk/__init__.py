"""Bodies of the memory, table and exception classes, for viper and for plain Python."""
