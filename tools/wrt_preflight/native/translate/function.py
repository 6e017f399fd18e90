"""One function body: each instruction to whoever translates its kind."""

from __future__ import annotations

from ...ops.instructions import Instruction
from ...wasm.module import Instr
from ...wasm.types import FuncType, ValType
from .atomic import Atomic
from .block import Block
from .calls import Calls
from .conversions import Conversions
from .integers import Integers
from .nans import computed_locals
from .scan import Conduct
from .variables import Variables

# A function with more calls is checked at its beginning, since each check takes room.
LATE_CHECKS = 4
_OPENING = ("block", "loop", "if", "try_table")


class FunctionTranslator(Variables, Calls, Atomic, Integers, Conversions):
    """Translates one body; `text` is the result."""

    def start(self, type: FuncType, locals: list[ValType], conduct: Conduct) -> None:
        """The beginning of a function: its variables, checks and outermost block."""
        self.type = type
        self.loads_early = conduct.loops
        self.brief = self.index in self.module.scan.brief
        self.declare_locals(type.params, locals)
        if conduct.code and self.forms.hard("f32"):
            found = computed_locals(conduct.code, len(type.params), self.local_types)
            self.computed_locals = {i for i in found if self.forms.hard(self.local_types[i])}
        self.enter(conduct)
        self.again = ""
        if conduct.repeats:
            self.again = self.label()
            self.branch(self.again)
            self.join(self.again)
            self.use_fuel()
        self.clear_locals()
        if conduct.calls > LATE_CHECKS:
            self.prepare_calls()
        self.calls_in_loops = conduct.calls > 0
        self.blocks = [Block("func", 0, (), type.results, self.label())]

    def run(self, code: list[Instr]) -> None:
        """The body."""
        skipping = 0  # blocks open in code that cannot run
        self.code = code
        for self.position, (_, instruction, immediates) in enumerate(code):
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
        self.finish_unwind()
        self.finish_traps()

    def instruction(self, instruction: Instruction, immediates: tuple) -> None:
        """Translates one instruction: by its own method if it has one, else with its like."""
        name = instruction.name
        own = getattr(self, "do_" + name.replace(".", "_"), None)
        if own is not None:
            own(*immediates)
            return
        kind, _, op = name.partition(".")
        if ".atomic." in name:
            self.atomic(name, *immediates)
        elif op.startswith(("load", "store")):
            result = instruction.results[0] if instruction.results else None
            self.access(name, *immediates, result)
        elif any(part in op for part in ("trunc_", "convert", "demote", "promote", "reinterpret")):
            self.convert(name)
        elif kind[0] == "i":
            self.integer(kind, op)
        else:
            self.float(kind, op)

    def text(self, symbol: str, linkage: str) -> str:
        """The function in LLVM IR."""
        head = f"define {linkage} {self.module.convention} {self.result_type(self.type)} {symbol}"
        lines = [f"{head}({self.module.signature(self.type)}) #0 {{", "entry:"]
        return "\n".join([*lines, *self.entry, *self.lines, "}"])
