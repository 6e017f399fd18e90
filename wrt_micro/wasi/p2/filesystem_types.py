# wasi:filesystem/types of 0.2.

from ..descriptor import Common, fallible
from ..errors import Refused
from .io_streams import CHUNK, InputStream, OutputStream

NEEDS = ("files",)


class Descriptor(Common):
    """A descriptor."""

    @fallible
    def get_type(self):
        return self.file.kind

    @fallible
    def read_via_stream(self, offset):
        return InputStream(self._wasi, self._wasi.share(self._reads()), offset)

    def _reads(self):
        file = self._regular()
        if not file.reads:
            raise Refused("bad-descriptor")
        return file

    def _writes(self):
        file = self._regular()
        if not file.writes:
            raise Refused("bad-descriptor")
        return file

    @fallible
    def write_via_stream(self, offset):
        return OutputStream(self._wasi, self._wasi.share(self._writes()), offset)

    @fallible
    def append_via_stream(self):
        return OutputStream(self._wasi, self._wasi.share(self._writes()), None)

    @fallible
    def read(self, count, offset):
        data = bytearray(min(count, CHUNK))
        size = self._reads().read(memoryview(data), offset)
        return data[:size], count > 0 and not size

    @fallible
    def write(self, data, offset):
        return self._writes().write(data, offset)

    @fallible
    def read_directory(self):
        return Entries(self._directory().entries())


class Entries:
    """A directory-entry-stream."""

    def __init__(self, entries):
        self._entries = entries

    @fallible
    def read_directory_entry(self):
        for name, kind, _ in self._entries:
            return {"type": kind, "name": name}
        return None


def error_code(error):
    """filesystem-error-code."""
    return error.name


def make(wasi):
    """The resource types and the function."""
    return {
        "descriptor": Descriptor,
        "directory-entry-stream": Entries,
        "filesystem-error-code": error_code,
    }
