# Errors of WASI. Everywhere here an error has the name that wasi:filesystem/types gives it.

# name, errno of wasi_snapshot_preview1, errnos of the operating system (as Linux has them)
# fmt: off
_CODES = (
    ("access", 2, (13,)),
    ("would-block", 6, (11,)),
    ("already", 7, (114,)),
    ("bad-descriptor", 8, (9,)),
    ("busy", 10, (16,)),
    ("deadlock", 16, (35,)),
    ("quota", 19, (122,)),
    ("exist", 20, (17,)),
    ("file-too-large", 22, (27,)),
    ("illegal-byte-sequence", 25, (84,)),
    ("interrupted", 27, (4,)),
    ("invalid", 28, (22,)),
    ("io", 29, (5,)),
    ("is-directory", 31, (21,)),
    ("loop", 32, (40,)),
    ("too-many-links", 34, (31,)),
    ("name-too-long", 37, (36,)),
    ("no-device", 43, (19,)),
    ("no-entry", 44, (2,)),
    ("insufficient-memory", 48, (12,)),
    ("insufficient-space", 51, (28,)),
    ("not-directory", 54, (20,)),
    ("not-empty", 55, (39,)),
    ("unsupported", 58, (95, 38)),
    ("no-tty", 59, (25,)),
    ("no-such-device", 60, (6,)),
    ("overflow", 61, (75,)),
    ("not-permitted", 63, (1,)),
    ("pipe", 64, (32,)),
    ("read-only", 69, (30,)),
    ("invalid-seek", 70, (29,)),
    ("text-file-busy", 74, (26,)),
    ("cross-device", 75, (18,)),
)
# fmt: on


class Refused(Exception):
    """A call of a guest fails with this error. name: of _CODES."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name


def name_of(error):
    """The name of a Refused or an OSError."""
    if isinstance(error, Refused):
        return error.name
    number = error.args[0] if error.args else 0
    for name, _, numbers in _CODES:
        if number in numbers:
            return name
    return "io"


def preview1_errno(name):
    """The errno of wasi_snapshot_preview1 for a name."""
    for known, number, _ in _CODES:
        if known == name:
            return number
    return 29  # io
