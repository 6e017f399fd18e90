# wasi:cli/environment, of 0.2 and 0.3.


def make(wasi):
    """The functions of a program."""
    return {
        "get-environment": lambda: [(name, str(wasi.env[name])) for name in wasi.env],
        "get-arguments": lambda: wasi.args,
        "initial-cwd": nowhere,
        "get-initial-cwd": nowhere,
    }


def nowhere():
    """A board has no working directory that a program may know of."""
