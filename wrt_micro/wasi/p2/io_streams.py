# wasi:io/streams of 0.2. One read gives CHUNK bytes at most, so that a program that asks for
# everything gets it piece by piece and the heap is not.

from ...trap import ComponentError
from ..errors import Refused, name_of
from .io_error import Error
from .io_poll import Pollable

CHUNK = 1024
_ZEROS = b"\0" * 64


class Stream:
    """What both have. source: has read(view, offset) and write(data, offset), as a File. offset:
    where the next byte is; a write with None goes to the end.
    """

    def __init__(self, wasi, source, offset=0):
        self.wasi = wasi
        self.source = source
        self.offset = offset

    def _is_ready(self):
        stream = getattr(self.source, "stream", None)
        return stream is None or self.wasi.port.readable(stream)

    def _failed(self, error):
        """The error of the operation: after it the stream is closed."""
        self.drop()
        return ComponentError(("last-operation-failed", Error(name_of(error))))

    def drop(self):
        """It is closed."""
        source, self.source = self.source, None
        if source and hasattr(source, "users"):
            self.wasi.release(source)


class InputStream(Stream):
    """An input-stream."""

    def read(self, count):
        if self.source and count and not self._is_ready():
            return b""
        return self.blocking_read(count)

    def blocking_read(self, count):
        if not self.source:
            raise ComponentError("closed")
        if not count:
            return b""
        data = bytearray(min(count, CHUNK))
        try:
            size = self.source.read(memoryview(data), self.offset)
        except (OSError, Refused) as error:
            failed = self._failed(error)
        else:
            failed = None
        if failed:
            raise failed
        if not size:
            self.drop()
            raise ComponentError("closed")
        self.offset += size
        return data[:size] if size < len(data) else data

    def skip(self, count):
        return len(self.read(count))

    def blocking_skip(self, count):
        return len(self.blocking_read(count))

    def subscribe(self):
        return Pollable(self.wasi.port, None, lambda: not self.source or self._is_ready())


class OutputStream(Stream):
    """An output-stream. Nothing is kept back, so that flush has nothing to do."""

    def check_write(self):
        if not self.source:
            raise ComponentError("closed")
        return CHUNK

    def write(self, data):
        if not self.source:
            raise ComponentError("closed")
        failed = None
        done = 0
        view = memoryview(data)
        try:
            while done < len(view):
                offset = None if self.offset is None else self.offset + done
                written = self.source.write(view[done:], offset)
                if not written:
                    raise Refused("insufficient-space")
                done += written
        except (OSError, Refused) as error:
            failed = self._failed(error)
        if failed:
            raise failed
        if self.offset is not None:
            self.offset += done

    def flush(self):
        if not self.source:
            raise ComponentError("closed")
        self.source.sync()

    def blocking_write_and_flush(self, data):
        self.write(data)
        self.flush()

    blocking_flush = flush

    def subscribe(self):
        return Pollable(self.wasi.port)

    def write_zeroes(self, count):
        while count > 0:
            self.write(_ZEROS[:count])
            count -= len(_ZEROS)

    def blocking_write_zeroes_and_flush(self, count):
        self.write_zeroes(count)
        self.flush()

    def splice(self, source, count):
        data = source.read(min(count, CHUNK))
        self.write(data)
        return len(data)

    def blocking_splice(self, source, count):
        data = source.blocking_read(min(count, CHUNK))
        self.write(data)
        return len(data)


def make(wasi):
    """The resource types."""
    return {"input-stream": InputStream, "output-stream": OutputStream}
