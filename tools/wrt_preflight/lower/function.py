"""One function body: each instruction to whoever lowers its kind."""

from __future__ import annotations

from ..ops.instructions import Instruction
from ..wasm.instructions import decode
from ..wasm.types import FuncType, ValType
from .atomic import Atomic
from .block import Block
from .bulk import Bulk
from .calls import Calls
from .control import Control
from .numeric import Numeric
from .variables import Variables

_OPENING = ("block", "loop", "if", "try_table")


class FunctionLowerer(Variables, Control, Calls, Numeric, Atomic, Bulk):
    """Lowers one body. After `run`: code, labels, catches, and the frame's layout."""

    def run(self, type: FuncType, locals: list[ValType], start: int, end: int) -> None:
        """start, end: byte offsets of the expression in the module's data.

        Raises ReadError where it is none, LimitError where the frame grows too large."""
        module = self.instance.module
        self.layout(type, locals)
        self.blocks.append(Block("func", 0, (), type.results))
        skipping = 0  # blocks open in code that cannot run
        for offset, instruction, immediates in decode(
            module.data, start, end, module.file, module.base
        ):
            self.source = offset
            name = instruction.name
            if not self.blocks[-1].reached:
                if name in _OPENING:
                    skipping += 1
                    continue
                if skipping:
                    skipping -= name == "end"
                    continue
                if name not in ("else", "end"):
                    continue
            self.instruction(instruction, immediates)

    def instruction(self, instruction: Instruction, immediates: tuple) -> None:
        """Lowers one instruction: by its own method if it has one, else with those like it."""
        name = instruction.name
        own = getattr(self, "do_" + name.replace(".", "_"), None)
        if own is not None:
            own(*immediates)
        elif ".atomic." in name:
            self.atomic(name, *immediates)
        elif ".load" in name:
            self.load(name, *immediates, instruction.results[0])
        elif ".store" in name:
            self.store(name, *immediates)
        else:
            self.numeric(name, instruction.params, instruction.results)
