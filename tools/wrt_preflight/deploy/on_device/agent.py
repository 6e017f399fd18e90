# Runs on the device while wrt-micro deploys to it. The host sends it over the REPL and calls
# _wrt("name", arguments...); what went wrong with a file comes back as ("OSError", number).

import gc
import os
import sys
from binascii import a2b_base64, b2a_base64, crc32

try:
    from hashlib import sha256
except ImportError:
    sha256 = None


class _Agent:
    def __call__(self, name, *arguments):
        try:
            return getattr(self, name)(*arguments)
        except OSError as e:
            return ("OSError", e.args[0] if e.args else 0)
        except MemoryError:
            gc.collect()
            return ("MemoryError", gc.mem_free())

    def facts(self):
        made = sys.implementation
        try:
            from machine import unique_id

            name = b2a_base64(unique_id())
        except (ImportError, AttributeError):
            name = b""
        machine = getattr(made, "_machine", "") or sys.platform
        gc.collect()
        return {
            "implementation": made.name,
            "version": tuple(made.version)[:3],
            "mpy": getattr(made, "_mpy", 0),
            "maxsize": sys.maxsize,
            "platform": sys.platform,
            "machine": machine,
            "floats": self.floats(),
            "heap": (gc.mem_alloc() + gc.mem_free(), gc.mem_free()),
            "folder": os.getcwd(),
            "id": name,
            "romfs": self.romfs(),
        }

    def floats(self):
        # (bits of a float, whether it is no object of the heap)
        try:
            wide = float("1") + float("1e-12") != float("1")
            return (64 if wide else 32, float("1.5") is float("1.5"))
        except NameError:
            return (0, False)

    def romfs(self):
        # Bytes of the ROMFS partition, and of a block of it that is erased at once
        try:
            import vfs

            part = vfs.rom_ioctl(2, 0)
        except (ImportError, AttributeError, OSError):
            return None
        if isinstance(part, int):
            return None
        self.part = part
        if hasattr(part, "ioctl"):
            block = part.ioctl(5, 0)
            return (part.ioctl(4, 0) * block, block)
        block = vfs.rom_ioctl(6, 0)
        return (len(part), block if block > 0 else len(part))

    def rom_valid(self):
        # Whether the partition begins as a ROMFS does
        return bytes(memoryview(self.part)[:3]) == b"\xd2\xcd1"

    def rom_sums(self, size, count):
        # CRC-32 of the first blocks of the ROMFS partition
        view = memoryview(self.part)
        return [crc32(view[at : at + size]) & 0xFFFFFFFF for at in range(0, size * count, size)]

    def rom_sum(self, size):
        # SHA-256 of its first bytes, or None
        return sha256 and b2a_base64(sha256(memoryview(self.part)[:size]).digest())

    def rom_erase(self, block, size):
        # Erase a block. Bytes that must be written at once
        import vfs

        try:
            vfs.umount("/rom")
        except OSError:
            pass
        if hasattr(self.part, "ioctl"):
            self.part.ioctl(6, block)
            return 4
        return vfs.rom_ioctl(3, 0, block * size, size)

    def rom_put(self, at, size, text):
        data = a2b_base64(text)
        if hasattr(self.part, "ioctl"):
            self.part.writeblocks(at // size, data, at % size)
            return 0
        import vfs

        return vfs.rom_ioctl(4, 0, at, data)

    def rom_end(self):
        if not hasattr(self.part, "ioctl"):
            import vfs

            vfs.rom_ioctl(5, 0)

    def space(self, path):
        s = os.statvfs(path)
        return (s[1] * s[3], s[1])  # bytes free, bytes of a block

    def sums(self, paths):
        return [self.sum(path) for path in paths]

    def sum(self, path):
        # (size, SHA-256), None if there is no such file
        try:
            file = open(path, "rb")
        except OSError:
            return None
        size, hash, part = 0, sha256() if sha256 else None, memoryview(bytearray(512))
        with file:
            while True:
                n = file.readinto(part)
                if not n:
                    break
                size += n
                if hash:
                    hash.update(part[:n])
        return (size, b2a_base64(hash.digest()) if hash else None)

    def tree(self, path):
        # Files as (path, size), folders as (path, None), a folder behind what is in it
        found = []
        try:
            entries = list(os.ilistdir(path))
        except OSError:
            return found
        for entry in entries:
            name = path + "/" + entry[0]
            if entry[1] & 0x4000:
                found += self.tree(name)
                found.append((name, None))
            else:
                found.append((name, os.stat(name)[6]))
        return found

    def begin(self, path):
        at = path.find("/", 1)
        while at > 0:
            try:
                os.stat(path[:at])
            except OSError:
                os.mkdir(path[:at])
            at = path.find("/", at + 1)
        self.file = open(path, "wb")

    def put(self, text):
        data = a2b_base64(text)
        return self.file.write(data) == len(data)

    def end(self):
        self.file.close()

    def move(self, old, new):
        os.rename(old, new)

    def remove(self, path):
        try:
            os.remove(path)
        except OSError:
            os.rmdir(path)

    def get(self, path, at, size):
        with open(path, "rb") as file:
            file.seek(at)
            return b2a_base64(file.read(size))


_wrt = _Agent()
