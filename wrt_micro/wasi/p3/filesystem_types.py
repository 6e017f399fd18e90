# wasi:filesystem/types of 0.3.

from ..descriptor import Common, fallible
from ..errors import Refused
from .transfer import OK, read_via_stream, write_via_stream

NEEDS = ("files",)


class Descriptor(Common):
    """A descriptor."""

    def _kind(self, kind):
        return ("other", None) if kind == "unknown" else kind

    @fallible
    def get_type(self):
        return self._kind(self.file.kind)

    def read_via_stream(self, offset):
        refused = self._refused(self.file.kind == "directory" or not self.file.reads)
        if refused:
            return b"", refused
        return read_via_stream(self._wasi, self._wasi.share(self.file), offset)

    def _refused(self, wrong):
        """A function for a future that has an error, or None."""
        if wrong:
            code = "is-directory" if self.file.kind == "directory" else "bad-descriptor"
            return lambda: ("error", code)

    def write_via_stream(self, data, offset):
        refused = self._refused(self.file.kind == "directory" or not self.file.writes)
        if refused:
            data.close()
            return refused
        return write_via_stream(self._wasi, data, self._wasi.share(self.file), offset)

    def append_via_stream(self, data):
        return self.write_via_stream(data, None)

    def read_directory(self):
        try:
            return self._entries(self._directory()), lambda: OK
        except Refused as error:
            name = error.name
        return (), lambda: ("error", name)

    def _entries(self, directory):
        for name, kind, _ in directory.entries():
            yield {"type": self._kind(kind), "name": name}


def make(wasi):
    """The resource type."""
    return {"descriptor": Descriptor}
