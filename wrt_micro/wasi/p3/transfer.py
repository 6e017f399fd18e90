# Bytes between the streams of a 0.3 program and files, or standard streams. Both ways run in turns
# beside the program; a future each gets the result that they end with.

from ...component.host_turns import host_of
from ...component.host_writer import StreamWriter
from ...concurrent import Deferred, sleep_ms
from ..errors import Refused, name_of

CHUNK = 1024
POLL_MS = 5  # between two looks at a stream that has nothing
OK = ("ok", None)


def read_via_stream(wasi, source, offset, name=name_of):
    """(stream, future) of what is read from a File or Stdio. name: what an error is called."""
    writer = StreamWriter(host_of(wasi.scheduler))
    transfer = Transfer(wasi, writer, source, offset, name)
    writer.pump = transfer.start(transfer.send())
    return writer, transfer.done


def write_via_stream(wasi, reader, sink, offset, name=name_of):
    """The future of writing what comes from a stream to a File or Stdio. offset: None for its end.

    It is written even if the program drops the future.
    """
    transfer = Transfer(wasi, reader, sink, offset, name)
    transfer.start(transfer.receive())
    return transfer.done


class Transfer:
    """What is under way between an end of a stream and a file. done: gets the result."""

    def __init__(self, wasi, end, file, offset, name):
        self._wasi = wasi
        self._end = end
        self._file = file
        self._offset = offset
        self._name = name
        self._outcome = OK
        self.done = Deferred()

    def start(self, coroutine):
        """Run it; its Job. However that ends, even before it begins, the file is released."""
        self._job = job = host_of(self._wasi.scheduler).spawn(coroutine)
        job.wakers.append(self._ended)
        return job

    def _ended(self):
        error = self._job.error
        if isinstance(error, MemoryError):
            self._outcome = ("error", self._name(OSError(12)))  # ENOMEM
        self.done.set(self._outcome)
        self._end.close()
        if hasattr(self._file, "users"):
            self._wasi.release(self._file)

    async def send(self):
        """From the file to the program, as it reads."""
        writer = self._end
        data = bytearray(CHUNK)
        try:
            while True:
                await writer.write(b"")  # until somebody reads
                await self._readable()
                size = self._file.read(memoryview(data), self._offset)
                if not size:
                    break
                self._offset += size
                if await writer.write(bytes(data[:size])) < size:
                    break
        except (OSError, Refused) as error:
            self._outcome = ("error", self._name(error))
        except ValueError:  # the program has dropped its end
            pass

    async def _readable(self):
        stream = getattr(self._file, "stream", None)
        while stream is not None and not self._wasi.port.readable(stream):
            await sleep_ms(POLL_MS)

    async def receive(self):
        """From the program to the file, as it comes."""
        try:
            while True:
                data = memoryview(await self._end.read(CHUNK))
                if not len(data):
                    break
                while len(data):
                    written = self._file.write(data, self._offset)
                    if not written:
                        raise Refused("insufficient-space")
                    data = data[written:]
                    if self._offset is not None:
                        self._offset += written
            self._file.sync()
        except (OSError, Refused) as error:
            self._outcome = ("error", self._name(error))


def cli_error(error):
    """The error-code of wasi:cli/types for an exception."""
    name = name_of(error)
    return name if name in ("pipe", "illegal-byte-sequence") else "io"
