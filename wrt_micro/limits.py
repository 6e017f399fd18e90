# Every fixed capacity, in one table: the options of load(), and what stays the same everywhere.

from .trap import LimitError

FUEL_SLICE, HOST_REFS = 16384, 16  # what most programs have

# Options of load(), and their defaults; None: the image says. What each means: docs/limits.md.
DEFAULTS = {
    "stack": None,
    "memory": None,
    "exceptions": None,
    "host_refs": HOST_REFS,
    "handles": 32,
    "tasks": 16,
    "threads": 8,
    "thread_stack": None,
    "subtasks": 16,
    "streams": 16,
    "waitable_sets": 16,
    "error_contexts": 8,
    "error_messages": None,
    "machine_stack": None,
    "fuel_slice": FUEL_SLICE,
}

# Frames that a trap's backtrace shows.
BACKTRACE = 32


def choose(options):
    """A dict with every option of DEFAULTS: those given, else their defaults.

    Raises LimitError for a name that is no option, or a value that is no positive integer. Of
    machine_stack 0 is one too.
    """
    chosen = dict(DEFAULTS)
    for name in options:
        value = options[name]
        if name not in chosen:
            raise LimitError(
                "no limit is named %s; there are: %s" % (name, ", ".join(sorted(DEFAULTS)))
            )
        if value is None:
            continue
        least = name != "machine_stack"  # 0: the guest has no share in the board's stack
        if not isinstance(value, int) or value < least:
            raise LimitError("limit %s must be a positive integer, got %r" % (name, value))
        chosen[name] = value
    return chosen
