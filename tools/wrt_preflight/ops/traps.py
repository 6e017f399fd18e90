"""The numbers of the trap kinds, as engines report them; the runtime has the one list."""

from __future__ import annotations

from wrt_micro.trap import KINDS

TRAPS = {kind: number for number, (kind, _) in enumerate(KINDS) if kind}
