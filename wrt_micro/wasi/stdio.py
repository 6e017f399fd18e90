# Standard streams as files.

from .errors import Refused


class Stdio:
    """A standard stream: has what a File has, without a place in it. name: "stdin" and so on."""

    kind = "unknown"

    def __init__(self, wasi, name):
        self.reads = name == "stdin"
        self.writes = not self.reads
        self.stream = getattr(wasi, name)
        if wasi.is_terminal(name):
            self.kind = "character-device"

    def read(self, view, offset):
        """Fill a memoryview with what is there, a line at most; waits for the first byte."""
        if not self.reads:
            raise Refused("bad-descriptor")
        stream = self.stream
        if hasattr(stream, "read1"):
            data = stream.read1(len(view))
        else:
            data = stream.readline(len(view)) or b""
        view[: len(data)] = data
        return len(data)

    def write(self, data, offset):
        if not self.writes:
            raise Refused("bad-descriptor")
        stream = self.stream
        written = stream.write(data)
        if hasattr(stream, "flush"):
            stream.flush()
        return len(data) if written is None else written

    def sync(self):
        """Nothing is kept back."""
