"""Makes register code encodable: far slots, wide comparisons, and branches that reach."""

from __future__ import annotations

from ..ops.machine import BY_NAME
from ..ops.row import COMPARISONS, SWAPPED
from .ir import Ins, Label
from .stack import NEAR

SCRATCH = 16
# Words of an operand by its kind; M and Q are pairs of pairs, of cold instructions.
_WIDTH = {"r": 1, "w": 1, "x": 1, "R": 2, "W": 2, "M": 4, "Q": 8}
_READ, _WRITTEN = "rRxQ", "wWxM"
_BRANCH_REACH = 32000  # bytes; the field has 32,767, and code grows where branches are long


def expand(code: list[Ins], labels: list[Label], scratch: int) -> list[Ins]:
    """Replaces what has no encoding. `scratch`: first of SCRATCH slots that 8-bit fields reach.

    labels: those that no instruction of the code mentions. All keep pointing at the same places.
    """
    out: list[Ins] = []
    starts: list[int] = []
    for ins in code:
        starts.append(len(out))
        for wide in _wide_comparison(ins):
            out += _near(wide, scratch)
    starts.append(len(out))
    _relabel(out, labels, starts, set())
    return out


def _relabel(out: list[Ins], labels: list[Label], starts: list[int], seen: set[int]) -> None:
    """Moves every label, once, to where its instruction went."""
    mentioned = [label for ins in out for label in (ins.label, *ins.labels) if label is not None]
    for label in [*mentioned, *labels]:
        if id(label) not in seen:
            seen.add(id(label))
            label.position = starts[label.position]


def _wide_comparison(ins: Ins) -> list[Ins]:
    """A comparison with a 32-bit constant that became no branch: the constant gets a slot."""
    if not ins.op.endswith(".?"):
        return [ins]
    op = ins.op.split(".")[1]
    assert op in COMPARISONS
    left, right = ins.b, ins.d
    if op[:2] in ("gt", "ge"):
        op, left, right = SWAPPED[op], right, left
    constant = Ins("const32", a=ins.d, imm=ins.imm, source=ins.source)
    return [constant, Ins(f"i32.{op}", a=ins.a, b=left, c=right, source=ins.source)]


def _near(ins: Ins, scratch: int) -> list[Ins]:
    """The instruction with its 8-bit slot fields in reach. Moves need no scratch slot: results
    may be on their way to where the scratch slots are."""
    if ins.op in ("mov", "mov64") and max(ins.a, ins.b) >= NEAR:
        return [
            Ins("far.mov", c=ins.b + i, d=ins.a + i, source=ins.source)
            for i in range(1 + (ins.op == "mov64"))
        ]
    before, after = [], []
    free = scratch
    for name in ("a", "b"):
        kind, slot = ins.kind(name), getattr(ins, name)
        if kind not in _WIDTH or slot + _WIDTH[kind] <= NEAR + 1:
            continue
        near, free = free, free + _WIDTH[kind]
        for i in range(_WIDTH[kind]):
            if kind in _READ:
                before.append(Ins("far.get", a=near + i, c=slot + i, source=ins.source))
            if kind in _WRITTEN:
                after.append(Ins("far.set", a=near + i, c=slot + i, source=ins.source))
        setattr(ins, name, near)
    return [*before, ins, *after]


def sizes(code: list[Ins]) -> list[int]:
    """Byte size of each instruction, its jump table included."""
    return [BY_NAME[ins.op].size + 4 * len(ins.labels) for ins in code]


def place(code: list[Ins], labels: list[Label]) -> tuple[list[Ins], list[int]]:
    """(code, byte offset of each instruction and of the end), with long branches taken apart.

    A conditional branch that does not reach goes to a `br.far` right behind it.
    """
    while True:
        offsets, at = [], 0
        for size in sizes(code):
            offsets.append(at)
            at += size
        offsets.append(at)
        if at < _BRANCH_REACH:
            return code, offsets
        far = [
            i
            for i, ins in enumerate(code)
            if ins.label is not None
            and ins.op != "br.far"
            and abs(offsets[ins.label.position] - offsets[i]) > _BRANCH_REACH
        ]
        if not far:
            return code, offsets
        code = _lengthen(code, labels, set(far))


def _lengthen(code: list[Ins], labels: list[Label], far: set[int]) -> list[Ins]:
    out: list[Ins] = []
    starts: list[int] = []
    pads: list[tuple[Label, int]] = []
    for i, ins in enumerate(code):
        starts.append(len(out))
        if i not in far:
            out.append(ins)
        elif ins.op == "br":
            out.append(Ins("br.far", label=ins.label, source=ins.source))
        else:
            jump, over = Label(), Label()
            target, ins.label = ins.label, jump
            out += [
                ins,
                Ins("br", label=over, source=ins.source),
                Ins("br.far", label=target, source=ins.source),
            ]
            pads += [(jump, len(out) - 1), (over, len(out))]
    starts.append(len(out))
    _relabel(out, labels, starts, {id(label) for label, _ in pads})
    for label, position in pads:
        label.position = position
    return out
