# A desktop: MicroPython's unix port, and CPython. It has no pins: simulated.Port does.

import os
import sys
import time

from .generic import Port as Generic

_LINK = 0xA000
_POSIX_LINK = 10  # DT_LNK: what ilistdir of MicroPython's unix port has for a link


class Port(Generic):
    """Clock, random, stdio and files of an operating system."""

    name = "unix"
    links = sparse = True
    resolution = 1000 if hasattr(time, "ticks_us") else 1

    def offers(self):
        return ["clock", "random", "stdio", "files"]

    def monotonic(self):
        if hasattr(time, "monotonic_ns"):
            return time.monotonic_ns()
        return Generic.monotonic(self)

    def nap(self, duration):
        time.sleep(duration / 1000000000)

    def is_terminal(self, name):
        """MicroPython cannot tell, and takes a stream for a file then."""
        stream = getattr(sys, name)
        return stream.isatty() if hasattr(stream, "isatty") else False

    def entries(self, path):
        if hasattr(os, "ilistdir"):
            for name, mode, ino in Generic.entries(self, path):
                yield name, _LINK if mode == _POSIX_LINK else mode, ino
            return
        with os.scandir(path) as found:
            for entry in found:
                mode = _LINK if entry.is_symlink() else entry.stat().st_mode
                yield entry.name, mode, entry.inode()

    def is_link(self, path):
        if hasattr(os, "readlink"):
            return os.path.islink(path)
        folder, _, name = path.rpartition("/")
        try:
            for known, mode, _ in self.entries(folder or "/"):
                if known == name:
                    return mode == _LINK
        except OSError:
            pass
        return False

    def set_times(self, path, accessed, modified):
        if not hasattr(os, "utime"):
            Generic.set_times(self, path, accessed, modified)
        os.utime(path, ns=(accessed, modified))
