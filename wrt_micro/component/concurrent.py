# Core functions made by canonical definitions, in components with tasks. Each family of built-ins
# is imported when one of it is there.

from .plan import CANON_OPCODE, LOWER, LOWER_TARGET, RESOURCE_REP, TO_HOST


def core_function(calls, at):
    """The host function(record, base) of a canonical definition, whose record is at `at`."""
    opcode = calls.plan.word(at + CANON_OPCODE)
    if opcode == LOWER:
        if calls.plan.word(at + LOWER_TARGET) & TO_HOST:
            from .host_call import TaskHostCall

            return TaskHostCall(calls, at).canon_lower
        from .async_lower import TaskCall

        return TaskCall(calls, at).canon_lower
    if opcode <= RESOURCE_REP:
        from .resources import resource_builtin

        return resource_builtin(calls, at)
    if opcode in (0x06, 0x0D):
        from .subtask import subtask_builtin

        return subtask_builtin(calls, at, opcode)
    if opcode in (0x05, 0x09, 0x0A, 0x0B, 0x24, 0x25):
        from .task import task_builtin

        return task_builtin(calls, at, opcode)
    if 0x1F <= opcode <= 0x23:
        from .waitable import waitable_builtin

        return waitable_builtin(calls, at, opcode)
    if 0x1C <= opcode <= 0x1E:
        from .error_context import error_context_builtin

        return error_context_builtin(calls, at, opcode)
    if 0x0E <= opcode <= 0x1B:
        from .copy_builtins import copy_builtin

        return copy_builtin(calls, at, opcode)
    if 0x2E <= opcode <= 0x2F:
        from .forward import forward_builtin

        return forward_builtin(calls, at)
    from .thread_builtins import thread_builtin

    return thread_builtin(calls, at, opcode)
