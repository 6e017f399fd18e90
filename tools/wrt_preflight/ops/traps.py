"""The numbers of the trap kinds, as engines report them; the runtime has the one list."""

from __future__ import annotations

from wrt_micro.trap import TEXTS, kind

TRAPS = {kind(TEXTS, number)[0]: number for number in range(1, TEXTS.count("\n") + 1)}
