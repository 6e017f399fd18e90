# Modules of the runtime whose names are known only when a program runs.


def module(name):
    """The module of that name here, as "ports.rp2". Raises ImportError.

    Where the runtime is linked into one module (docs/linked.md) this has what the program needs.
    """
    return __import__("wrt_micro." + name, None, None, ("",))
