"""Python that makes a board of the unix port into another one, before its REPL starts."""

# A board that says other things about itself: sys.implementation and more of sys.
_OTHER_SYS = """
import sys

class Implementation:
    name = {name!r}
    version = {version!r}
    _mpy = {mpy!r}
    _machine = "A board for tests"

class Sys:
    implementation = Implementation()
    maxsize = {maxsize!r}
    platform = "linux"
    def __getattr__(self, name):
        return getattr(real, name)

real = sys
sys.modules["sys"] = Sys()
"""


def other_board(name="micropython", version=(1, 27, 0), mpy=None, wide=True) -> str:
    """A board with another MicroPython. mpy: as sys.implementation._mpy; None: that of x64."""
    mpy = 6 | 3 << 8 | 2 << 10 if mpy is None else mpy
    maxsize = (1 << 63) - 1 if wide else (1 << 31) - 1
    return _OTHER_SYS.format(name=name, version=version, mpy=mpy, maxsize=maxsize)


# A board whose files are in a block device of so many bytes, with one of MicroPython's file
# systems, as boards have them.
_SMALL_DISK = """
import os, vfs

class Disk:
    def __init__(self, blocks):
        self.data = bytearray(blocks * 512)
    def readblocks(self, block, buffer, offset=0):
        at = block * 512 + offset
        buffer[:] = memoryview(self.data)[at : at + len(buffer)]
    def writeblocks(self, block, buffer, offset=0):
        at = block * 512 + offset
        memoryview(self.data)[at : at + len(buffer)] = buffer
    def ioctl(self, op, argument):
        return {{4: len(self.data) // 512, 5: 512, 6: 0}}.get(op)

disk = Disk({size} // 512)
vfs.{filesystem}.mkfs(disk)
vfs.mount(vfs.{filesystem}(disk), "/flash")
os.chdir("/flash")
"""


def small_disk(filesystem: str, size: int) -> str:
    """A board with a file system of so many bytes: "VfsLfs2" or "VfsFat"."""
    return _SMALL_DISK.format(filesystem=filesystem, size=size)


# A board with a ROMFS partition that is written like a block device (as of ESP32), or through
# vfs.rom_ioctl (as of STM32). The unix port has VfsRom, but no partition.
_ROMFS = """
import os, sys, vfs

class Partition:
    def ioctl(self, op, argument):
        if op == 6:
            data[argument * 4096 : (argument + 1) * 4096] = b"\\xff" * 4096
        return {{4: len(data) // 4096, 5: 4096, 6: 0}}.get(op)
    def writeblocks(self, block, buffer, offset=0):
        at = block * 4096 + offset
        data[at : at + len(buffer)] = buffer

class Vfs:
    def __getattr__(self, name):
        return getattr(real, name)
    def rom_ioctl(self, op, *arguments):
        if op == 1:
            return 1
        if op == 2:
            return data
        if op == 3:
            at, size = arguments[1:]
            memoryview(data)[at : at + size] = b"\\xff" * size
            return 16
        if op == 4:
            at, part = arguments[1:]
            assert at % 16 == 0 and len(part) % 16 == 0
            memoryview(data)[at : at + len(part)] = part
            return 0
        return 4096 if op == 6 else 0
    def remount(self):
        try:
            real.umount("/rom")
        except OSError:
            pass
        real.mount(real.VfsRom(memoryview(data)), "/rom")

data = bytearray(b"\\xff" * {size})
real = vfs
sys.modules["vfs"] = vfs = Vfs()
sys.path.append("/rom/lib")
try:
    file = open("romfs.bin", "rb")
    file.readinto(data)
    file.close()
    vfs.remount()
except OSError:
    pass
"""


def romfs(size: int) -> str:
    """A board with a ROMFS partition of so many bytes; it starts with what romfs.bin has."""
    return _ROMFS.format(size=size)


# After a deployment the unix port is not reset, which would mount the new ROMFS and forget all
# modules: letters of their names lie in the old one.
REMOUNT = """import sys, vfs
vfs.remount()
for module in set(sys.modules) - {"vfs"}:
    del sys.modules[module]
"""
