"""The sections of a core module, a file each (spec: Binary Format, Modules).

Each has `read(cursor, module)`: it reads the section's content into the Module. The cursor stands
on the first byte of the content and ends with it; read_module checks that nothing is left.
"""
