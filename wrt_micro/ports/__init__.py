# What differs between the machines that MicroPython runs on, behind one interface: generic.Port.

import sys

from ..found import module
from ..trap import LinkError

# sys.platform, and the module here whose Port it has; any other one is generic.
PORTS = (
    ("rp2", "rp2"),
    ("esp32", "esp32"),
    ("pyboard", "stm32"),
    ("linux", "unix"),
    ("darwin", "unix"),
    ("win32", "unix"),
)


def open_port(name=None):
    """The Port of this machine, or the one whose module here has that name.

    One that is simulated, by name, shows on standard error what happens to it. A port whose file
    was not copied to the board is generic. Raises LinkError for a name that is not there.
    """
    if name is None:
        for platform, wanted in PORTS:
            if sys.platform == platform:
                try:
                    return _load(wanted)
                except ImportError:
                    pass
        return _load("generic")
    try:
        return _load(name)
    except ImportError:
        known = ", ".join(["generic", "simulated"] + [wanted for _, wanted in PORTS[:4]])
    raise LinkError("no port is named %r here; wrt_micro/ports has: %s" % (name, known))


def _load(name):
    Port = module("ports." + name).Port
    return Port(show=True) if name == "simulated" else Port()
