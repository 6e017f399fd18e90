"""What an image tells about the calls that it makes: which kinds of types, strings and canonical
options occur. The runtime that is linked for it has code for these and no others.
"""

from __future__ import annotations

from wrt_micro.component import plan as fmt

from ..component.canon import BUILTINS
from ..component.inspect import open_plan
from ..image import COMPONENT, Contents

# Constants that are compared with the kind of a type, and with the encoding of a string.
KINDS = (
    *("BOOL", "S8", "U8", "S16", "U16", "S32", "U32", "S64", "U64", "F32", "F64", "CHAR"),
    *("STRING", "RECORD", "TUPLE", "VARIANT", "ENUM", "OPTION", "RESULT", "FLAGS", "LIST"),
    *("FIXED_LIST", "MAP", "OWN", "BORROW", "STREAM", "FUTURE", "ERROR_CONTEXT"),
)
ENCODINGS = ("UTF8", "UTF16", "LATIN1_UTF16")
_CASES = (fmt.VARIANT, fmt.ENUM, fmt.OPTION, fmt.RESULT)


def ranges_of(image: Contents) -> dict[str, frozenset[int]]:
    """Values that occur, by group of constants: "kind", "encoding"."""
    section = image.optional.get(COMPONENT)
    if not section:
        return {}
    plan = open_plan(section)
    encodings = {fmt.UTF8}  # of the host's strings
    encodings |= {plan.word(at + fmt.ENCODING) for at in _options(plan)}
    return {"kind": frozenset(_kinds(plan)), "encoding": frozenset(encodings)}


def attributes_of(image: Contents, form: str) -> dict[str, object]:
    """What attributes of the runtime always are, by name, with the engine of a folder."""
    native, portable = image.machine_code, form == "portable"
    found: dict[str, object] = {
        "machine_code": native,
        "in_place": native or not portable,
        "takes_thread": portable and not native,
        "asks_always": native,
        "tells_end": native or form in ("portable", "viper64"),
    }
    section = image.optional.get(COMPONENT)
    if section:
        plan = open_plan(section)
        options = _options(plan)
        if all(plan.word(at + fmt.PTR_SIZE) == 4 for at in options):
            found["ptr_size"] = 4
        if all(plan.word(at + fmt.POST_RETURN) == fmt.NONE for at in options):
            found["post_return"] = 0
    return found


def _options(plan: fmt.Plan) -> set[int]:
    """Canonical options that lifts and canonical definitions have."""
    found = {plan.word(at + 8) for at in _records(plan, fmt.LIFTS, fmt.LIFT_BYTES)}
    found |= {plan.word(at + 8) for at in _records(plan, fmt.CANONS, fmt.CANON_BYTES)}
    return found - {0}


def _kinds(plan: fmt.Plan) -> set[int]:
    found: set[int] = set()
    seen: set[int] = set()

    def visit(t: int, params: bool = False) -> None:
        if not t or t in seen:
            return
        seen.add(t)
        kind = plan.kind(t)
        if not params:  # which are a record that nobody asks for its kind
            found.add(kind)
        count = plan.word(t + 8)
        if kind in (fmt.RECORD, fmt.TUPLE):
            for i in range(count):
                visit(plan.word(t + 12 + 12 * i))
        elif kind in _CASES:
            for i in range(count):
                visit(plan.word(t + 16 + 8 * i))
        elif kind in (fmt.LIST, fmt.MAP, fmt.FIXED_LIST, fmt.STREAM, fmt.FUTURE):
            visit(count)

    for at in _records(plan, fmt.LIFTS, fmt.LIFT_BYTES):
        visit(plan.word(at + fmt.LIFT_PARAMS), params=True)
        visit(plan.word(at + fmt.LIFT_RESULT))
    for at in _records(plan, fmt.HOSTS, fmt.HOST_BYTES):
        visit(plan.word(at + fmt.HOST_PARAMS), params=True)
        visit(plan.word(at + fmt.HOST_RESULT))
    for at in _records(plan, fmt.CANONS, fmt.CANON_BYTES):
        if plan.word(at) == fmt.LOWER:
            visit(plan.word(at + fmt.LOWER_PARAMS), params=True)
            visit(plan.word(at + fmt.LOWER_RESULT))
        elif plan.word(at) != fmt.REFUSE and not BUILTINS[plan.word(at)][0].startswith("thread."):
            visit(plan.word(at + fmt.BUILTIN_TYPE))
    for at in _records(plan, fmt.VALUES, fmt.VALUE_BYTES):
        visit(plan.word(at))
    return found


def _records(plan: fmt.Plan, table: int, size: int) -> list[int]:
    return [plan.record(table, i, size) for i in range(plan.count(table))]
