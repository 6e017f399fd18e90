"""Text of one LLVM function, instruction by instruction."""

from __future__ import annotations

UNLIKELY = "!prof !0"  # the branch to the first label is not taken; see module.py


class Builder:
    """Appends instructions to the current basic block.

    entry: what stands before the first instruction: allocas, whenever they are asked for.
    block: the label of the current basic block, which phis of its successors name.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.entry: list[str] = []
        self.block = "entry"
        self._names = 0

    def emit(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def define(self, text: str) -> str:
        """The name of a new value, which `text` computes."""
        self._names += 1
        name = f"%v{self._names}"
        self.lines.append(f"  {name} = {text}")
        return name

    def alloca(self, type: str) -> str:
        """A variable of the function."""
        self._names += 1
        name = f"%v{self._names}"
        self.entry.append(f"  {name} = alloca {type}")
        return name

    # ------------------------------------------------------------ basic blocks
    def label(self) -> str:
        self._names += 1
        return f"L{self._names}"

    def place(self, label: str) -> None:
        """Starts the block of this label; the one before it must have ended with a branch."""
        self.lines.append(f"{label}:")
        self.block = label

    def branch(self, label: str) -> None:
        self.emit(f"br label %{label}")

    def branch_if(self, bit: str, label: str, other: str, weights: str = "") -> None:
        tail = f", {weights}" if weights else ""
        self.emit(f"br i1 {bit}, label %{label}, label %{other}{tail}")

    def phi(self, type: str, incoming: list[tuple[str, str]]) -> str:
        """incoming: (value, label of the block that it comes from)."""
        pairs = ", ".join(f"[{value}, %{block}]" for value, block in incoming)
        return self.define(f"phi {type} {pairs}")

    # ------------------------------------------------------------ memory of the machine
    def at(self, pointer: str, offset: int | str, type: str = "i32") -> str:
        """pointer + offset bytes; type: that of an offset which is a value."""
        if offset == 0:
            return pointer
        return self.define(f"getelementptr i8, ptr {pointer}, {type} {offset}")

    def load(self, type: str, pointer: str, tags: str = "", align: int = 4) -> str:
        tail = f", {tags}" if tags else ""
        return self.define(f"load {type}, ptr {pointer}, align {align}{tail}")

    def store(self, type: str, value: str, pointer: str, tags: str = "", align: int = 4) -> None:
        tail = f", {tags}" if tags else ""
        self.emit(f"store {type} {value}, ptr {pointer}, align {align}{tail}")
