# Which component instances have to do with one another: while one is stopped in the middle of
# something, those that could call it, or be called or copied from, must wait.

from .plan import (
    BUILTIN_RESOURCE,
    CANON_BYTES,
    CANON_INSTANCE,
    CANON_OPCODE,
    CANONS,
    LIFT_BYTES,
    LIFT_INSTANCE,
    LIFTS,
    LOWER,
    LOWER_TARGET,
    NONE,
    RESOURCE_DROP,
    TO_HOST,
)


def groups(calls):
    """The group of each instance, by number, as an array of small numbers."""
    plan = calls.plan
    found = list(range(len(calls.instances.parents)))
    copies = NONE  # an instance that has streams or futures
    for i in range(plan.count(CANONS)):
        at = plan.record(CANONS, i, CANON_BYTES)
        opcode = plan.word(at + CANON_OPCODE)
        inst = plan.word(at + CANON_INSTANCE)
        other = NONE
        if opcode == LOWER:
            target = plan.word(at + LOWER_TARGET)
            if not target & TO_HOST:
                other = plan.word(plan.record(LIFTS, target, LIFT_BYTES) + LIFT_INSTANCE)
        elif opcode == RESOURCE_DROP:
            other = calls.resources.impl[plan.word(at + BUILTIN_RESOURCE)]
        elif 0x0E <= opcode <= 0x1B or opcode >= 0x2E:
            copies = other = inst if copies == NONE else copies
        if other != NONE and found[other] != found[inst]:
            old = found[inst]
            found = [found[other] if group == old else group for group in found]
    return found
