# Component-level values and start functions (Explainer.md, Value Definitions, Start Definitions).
# All this happens while a component is instantiated, so values are Python values in between.

from ..exports import snake_case
from ..trap import ComponentError, LinkError
from .canon_lower import host_name
from .conform import conform
from .host import interface_of
from .literal import Literal
from .plan import (
    HOST_BYTES,
    HOST_RESULT,
    HOSTS,
    LIFT_BYTES,
    LIFT_RESULT,
    LIFTS,
    NONE,
    RESULT,
    TO_HOST,
    VALUE_BYTES,
    VALUES,
)
from .trap import Mismatch


def initial_values(plan, imports):
    """The values of the plan, by number; None for those that start functions will make.

    imports: as for find_functions. Raises LinkError that names all missing ones, TypeError and
    ValueError for one that is not of its type.
    """
    values = []
    missing = []
    for i in range(plan.count(VALUES)):
        at = plan.record(VALUES, i, VALUE_BYTES)
        t, literal, name = plan.word(at), plan.word(at + 4), plan.word(at + 12)
        value = None
        if literal:
            value = Literal(plan, literal).read(t)
        elif name:
            value = _provided(plan, at, t, imports, missing)
        values.append(value)
    if missing:
        raise LinkError("values that nobody provides: " + ", ".join(missing))
    return values


def _provided(plan, at, t, imports, missing):
    """The value that the host provides, or None after adding to what is missing."""
    interface, name = plan.word(at + 8), plan.string(plan.word(at + 12))
    holder = imports
    text = name
    if interface:
        interface = plan.string(interface)
        text = interface + "#" + name
        holder = interface_of(imports, interface)
    for key in (name, snake_case(name)):
        if isinstance(holder, dict):
            if key in holder:
                return _checked(plan, holder[key], t, 'value "%s"' % text)
        elif holder is not None and hasattr(holder, key):
            return _checked(plan, getattr(holder, key), t, 'value "%s"' % text)
    missing.append(text)


def _checked(plan, value, t, what):
    wrong = None
    try:
        return conform(plan, value, t)
    except Mismatch as error:
        error.inside(what)
        wrong = error.raised()
    raise wrong


def start(calls, at):
    """Call the start function whose record is at `at`; its result becomes a value."""
    plan = calls.plan
    word = plan.word
    callee, result = word(at), word(at + 4)
    arguments = [calls.values[word(at + 12 + 4 * i)] for i in range(word(at + 8))]
    host = callee & TO_HOST
    if host:
        callee &= ~TO_HOST
        function = calls.functions[callee]
        t = word(plan.record(HOSTS, callee, HOST_BYTES) + HOST_RESULT)
    else:
        function = calls.lifted(callee)
        t = word(plan.record(LIFTS, callee, LIFT_BYTES) + LIFT_RESULT)
    fallible = t and plan.kind(t) == RESULT
    try:
        value = function(*arguments)
        if fallible:
            value = ("ok", value)
    except ComponentError as error:
        if not fallible:
            raise
        value = ("error", error.payload)
    if result != NONE:
        if host:
            value = _checked(plan, value, t, "result of " + host_name(plan, callee))
        calls.values[result] = value
