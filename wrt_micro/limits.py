# Every fixed capacity, in one table: the options of load(), and what stays the same everywhere.

from .trap import LimitError

# option of load(), unit, default (None: the image says), meaning
OPTIONS = (
    ("stack", "bytes", None, "stack of a thread"),
    ("memory", "bytes", None, "most that is reserved for each linear memory"),
    ("exceptions", "entries", None, "exceptions alive at the same time"),
    ("host_refs", "entries", 16, "Python objects that the guest holds as externref"),
    ("handles", "entries", 32, "resources that each component instance has handles of"),
    ("tasks", "entries", 16, "calls under way in all instances of a component"),
    ("threads", "entries", 8, "stacks for calls of async functions and for threads they make"),
    ("thread_stack", "bytes", None, "stack of each of these; else as large as that of the app"),
    ("subtasks", "entries", 16, "calls from instance to instance under way"),
    ("streams", "entries", 16, "streams and futures"),
    ("waitable_sets", "entries", 16, "waitable sets"),
    ("error_contexts", "entries", 8, "error contexts"),
    ("error_messages", "characters", None, "kept of an error context's message; else none"),
    ("machine_stack", "bytes", None, "of the board's stack for machine code (engine native)"),
    ("fuel_slice", "jumps", 16384, "jumps and calls between two turns for Ctrl-C and asyncio"),
)

# Frames that a trap's backtrace shows.
BACKTRACE = 32


def choose(options):
    """A dict with every option of OPTIONS: those given, else their defaults.

    Raises LimitError for a name that is no option, or a value that is no positive integer.
    """
    chosen = {}
    for name, _, default, _ in OPTIONS:
        chosen[name] = default
    for name in options:
        value = options[name]
        if name not in chosen:
            raise LimitError(
                "no limit is named %s; there are: %s" % (name, ", ".join(o[0] for o in OPTIONS))
            )
        if value is None:
            continue
        if not isinstance(value, int) or value <= 0:
            raise LimitError("limit %s must be a positive integer, got %r" % (name, value))
        chosen[name] = value
    return chosen
