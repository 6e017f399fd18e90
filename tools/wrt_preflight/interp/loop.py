"""The main loop of an interpreter: the op table's handlers hung on the dispatch tree."""

from __future__ import annotations

from ..ops.cold import CLASSES
from ..ops.encoding import TREE, Leaf, Test
from ..ops.machine import Row
from ..ops.needs import ALL, Needs, pruned
from .cold import numeric_viper
from .dialects import Plain, Viper
from .dialects.base import DONE, TRAP
from .dialects.viper_words import address

_SCRATCH = "t u v w s x".split()


class _Writer:
    """inline: cold classes whose instructions the loop does itself. needs: what it is for."""

    def __init__(
        self,
        dialect: Viper | Plain,
        word_test: str,
        bit_test: str,
        inline: tuple[str, ...] = (),
        needs: Needs = ALL,
    ) -> None:
        self.dialect, self.word_test, self.bit_test = dialect, word_test, bit_test
        self.inline, self.needs = inline, needs
        self.out: list[str] = []

    def emit(self, indent: int, line: str) -> None:
        self.out.append("  " * indent + line)

    def node(self, indent: int, node: Leaf | Test) -> None:
        if isinstance(node, Leaf):
            self.handler(indent, node.row)
            return
        self.emit(indent, f"if {self.test(node)}:")
        self.node(indent + 1, node.yes)
        self.node(indent, node.no)

    def test(self, node: Test) -> str:
        return self.bit_test % node.mask if node.mask else self.word_test % node.byte

    def handler(self, indent: int, row: Row) -> None:
        self.emit(indent, f"# {row.name}")
        body = row.body32 if row.body32 and self.dialect.bits == 32 else row.body
        lines = self.dialect.lines(body)
        if row.name == "slow":
            for name in self.inline:
                self.numeric(indent, name)
        for line in lines:
            self.emit(indent, line)
        if lines[-1] not in ("continue", "break"):
            for line in self.dialect.next(row.size):
                self.emit(indent, line)

    def numeric(self, indent: int, class_name: str) -> None:
        """A numeric class as a branch of the `slow` handler."""
        self.emit(indent, f"if pc[11] == {CLASSES.index(class_name)}:")
        body = [
            "n = pc[10]",
            "trap = 0",
            *numeric_viper(class_name, self.dialect.bits, self.needs),
        ]
        body += ["if trap:", f"  tr = {TRAP} + trap", "  break", *self.dialect.next(16)]
        for line in body:
            self.emit(indent + 1, line)


def viper_loop(
    bits: int,
    strict: bool,
    inline: tuple[str, ...] = (),
    needs: Needs = ALL,
    name: str = "run",
) -> str:
    """Source of `loop.run` for one word size, with some cold classes inline.

    needs: the instructions that it has to know. name: of the function."""
    dialect = Viper(bits, strict)
    w = _Writer(dialect, "pc[%d]", "pc[3] & %d", inline, needs)
    w.emit(0, "@micropython.viper")
    w.emit(0, f"def {name}(pc: ptr8, fp: ptr32, st: ptr32) -> int:")
    setup = [
        f"code = {address(8, bits)}",
        f"stack = {address(10, bits)}",
        "limit = stack + st[12]",
        f"glob = ptr32({address(14, bits)})",
        f"mems = {address(16, bits)}",
        f"tabs = {address(18, bits)}",
        "pc = ptr8(code + st[0])",
        "fp = ptr32(stack + st[1])",
        f"fuel = {dialect.view('S', 'st[2]')}",
        "if fuel <= 0: return 3",
        "tr = 0",
        *(f"{v} = 0" for v in _SCRATCH),
        "p = fp",
        "q = p",
        "r = p",
        "k = pc",
        *(f"{v} = 0" for v in ("n", "op", "trap") if inline),
        "t = st[3]",
        *dialect.bind_memory("t"),
        "while True:",
    ]
    for line in setup:
        w.emit(1, line)
    tree = pruned(TREE, needs)
    if isinstance(tree, Test):
        # The hottest group gets a loop of its own: its instructions never pay for the outer test.
        w.emit(2, f"while {w.test(tree)}:")
        w.node(3, tree.yes)
        w.emit(2, "if tr: break")
        w.node(2, tree.no)
    else:
        w.node(2, tree)
    leave = ["st[0] = int(pc) - code", "st[1] = int(fp) - stack", "st[2] = fuel"]
    for line in [*leave, f"if tr == {DONE}: return 0", f"if tr < {TRAP}: return tr"]:
        w.emit(1, line)
    for line in (f"st[4] = tr - {TRAP}", "st[5] = t", "return 2"):
        w.emit(1, line)
    return "\n".join(w.out) + "\n"


def plain_loop(needs: Needs = ALL, name: str = "run") -> str:
    """Source of `portable/loop.py`'s run(vm). needs, name: as for `viper_loop`."""
    w = _Writer(Plain(), "code[pc + %d]", "code[pc + 3] & %d", needs=needs)
    w.out = [f"def {name}(vm):"]
    for line in [
        "st = vm.st",
        "code = vm.code",
        "R = vm.stack",
        "glob = vm.globals",
        "mems = vm.mems",
        "tabs = vm.tabs",
        "memories = vm.memories",
        "tables = vm.tables",
        "limit = st[12]",
        "pc = st[0]",
        "fp = st[1] >> 2",
        "fuel = st[2]",
        "if fuel == 0 or fuel >> 31: return 3",
        "tr = t = 0",
        "if memories:",
        "  t = st[3]",
        *("  " + x for x in Plain().bind_memory("t")),
        "while True:",
        "  a = fp + code[pc + 4]",
        "  b = fp + code[pc + 5]",
        "  c = code[pc + 6] | code[pc + 7] << 8",
    ]:
        w.emit(1, line)
    w.node(2, pruned(TREE, needs))
    for line in ["st[0] = pc", "st[1] = fp << 2", "st[2] = fuel", f"if tr == {DONE}: return 0"]:
        w.emit(1, line)
    for line in [
        f"if tr < {TRAP}: return tr",
        f"st[4] = tr - {TRAP}",
        "st[5] = t & 0xffffffff",
        "return 2",
    ]:
        w.emit(1, line)
    return "\n".join(w.out) + "\n"
