# Types as WIT text, from their descriptors.

from .lower import NAMES
from .plan import (
    BORROW,
    CHAR,
    ENUM,
    FIXED_LIST,
    FLAGS,
    FUTURE,
    LIST,
    MAP,
    OPTION,
    OWN,
    RECORD,
    RESOURCE_BYTES,
    RESOURCES,
    RESULT,
    STREAM,
    STRING,
    TUPLE,
    VARIANT,
)


def signature(plan, params, result):
    """A function type, for example "func(name: string) -> string"."""
    text = "func(" + ", ".join(_fields(plan, params)) + ")"
    return text + " -> " + wit(plan, result) if result else text


def wit(plan, t):
    """A value type. Types that WIT names are written out in full."""
    word = plan.word
    kind = plan.bytes[t]
    if kind <= CHAR:
        return NAMES.split()[kind]
    if kind == STRING:
        return "string"
    if kind == RECORD:
        return "record { " + ", ".join(_fields(plan, t)) + " }"
    if kind == TUPLE:
        types = [wit(plan, word(t + 12 + 12 * i)) for i in range(word(t + 8))]
        return "tuple<" + ", ".join(types) + ">"
    if kind == LIST:
        return "list<" + wit(plan, word(t + 8)) + ">"
    if kind == FIXED_LIST:
        return "list<%s, %d>" % (wit(plan, word(t + 8)), word(t + 12))
    if kind == MAP:
        return "map" + wit(plan, word(t + 8))[5:]
    if kind == FLAGS:
        names = [plan.string(word(t + 12 + 4 * i)) for i in range(word(t + 8))]
        return "flags { " + ", ".join(names) + " }"
    if kind == OPTION:
        return "option<" + wit(plan, word(t + 24)) + ">"
    if kind == RESULT:
        return _result(plan, word(t + 16), word(t + 24))
    if kind == VARIANT or kind == ENUM:
        return ("enum { " if kind == ENUM else "variant { ") + ", ".join(_cases(plan, t)) + " }"
    if kind == OWN or kind == BORROW:
        name = resource_name(plan, word(t + 8))
        return name if kind == OWN else "borrow<" + name + ">"
    if kind == STREAM or kind == FUTURE:
        name = "stream" if kind == STREAM else "future"
        return name + "<" + wit(plan, word(t + 8)) + ">" if word(t + 8) else name
    return "error-context"


def resource_name(plan, rt):
    """The name of a resource type, or "resource" if it has none."""
    name = plan.word(plan.record(RESOURCES, rt, RESOURCE_BYTES) + 8)
    return plan.string(name) if name else "resource"


def _fields(plan, t):
    word = plan.word
    places = range(t + 12, t + 12 + 12 * word(t + 8), 12)
    return [plan.string(word(at + 8)) + ": " + wit(plan, word(at)) for at in places]


def _cases(plan, t):
    cases = []
    for at in range(t + 16, t + 16 + 8 * plan.word(t + 8), 8):
        name = plan.string(plan.word(at + 4))
        payload = plan.word(at)
        cases.append("%s(%s)" % (name, wit(plan, payload)) if payload else name)
    return cases


def _result(plan, ok, error):
    if not ok and not error:
        return "result"
    text = "result<" + (wit(plan, ok) if ok else "_")
    return text + (", " + wit(plan, error) if error else "") + ">"
