# Core functions made by canonical definitions. What makes them is imported when one of its kind is
# there.

from .plan import (
    CANON_BYTES,
    CANON_OPCODE,
    CANONS,
    FUSED,
    LOWER,
    LOWER_FLAGS,
    LOWER_TARGET,
    REFUSE,
    TO_HOST,
)


def core_function(calls, index):
    """The host function(thread, base) for the canonical definition of import number `index`."""
    plan = calls.plan
    at = plan.record(CANONS, index, CANON_BYTES)
    opcode = plan.word(at + CANON_OPCODE)
    if opcode == REFUSE or opcode == LOWER and plan.word(at + LOWER_FLAGS) & FUSED:
        from .fused import fused_function

        return fused_function(calls, at)
    return definition(calls, at)


def definition(calls, at):
    """The host function(thread, base) for the canonical definition whose record is at `at`."""
    if calls.scheduler:
        from .concurrent import core_function

        return core_function(calls, at)
    if calls.plan.word(at + CANON_OPCODE) != LOWER:
        from .resources import resource_builtin

        return resource_builtin(calls, at)
    if calls.plan.word(at + LOWER_TARGET) & TO_HOST:
        from .canon_lower import HostCall

        return HostCall(calls, at).canon_lower
    from .component_call import ComponentCall

    return ComponentCall(calls, at).canon_lower
