"""How exceptions lie in the pool, the same for every engine."""

from __future__ import annotations

# An exnref is this plus the entry's number: a value no other word is likely to have, since
# the collector takes every word that looks like an exnref for one. It fits a viper small int.
EXNREF = 0x2A5C0001
# In an entry's first word, behind tag + 1, which takes 16 bits:
MARK = 1 << 29  # it is alive
COLLECT = 0x8003  # the host function that looks for references in all threads
KEPT = 1 << 28  # somebody got its reference: only the collector may free it
