# Bytes between the streams of a 0.3 program and files, or standard streams. Both ways run in turns
# beside the program, and end with the result that its future gets.

from ...component.host_turns import host_of
from ...component.host_writer import StreamWriter
from ...concurrent import Deferred, sleep_ms
from ..errors import Refused, name_of

CHUNK = 1024
POLL_MS = 5  # between two looks at a stream that has nothing
OK = ("ok", None)


def read_via_stream(wasi, source, offset, name=name_of):
    """(stream, future) of what is read from a File or Stdio. name: what an error is called."""
    host = host_of(wasi.scheduler)
    writer = StreamWriter(host)
    done = Deferred()
    writer.pump = host.spawn(_send(wasi, writer, source, offset, done, name))
    return writer, done


async def _send(wasi, writer, source, offset, done, name):
    outcome = OK
    data = bytearray(CHUNK)
    try:
        while True:
            await writer.write(b"")  # until somebody reads
            await _ready(wasi, source)
            size = source.read(memoryview(data), offset)
            if not size:
                break
            offset += size
            if await writer.write(bytes(data[:size])) < size:
                break
    except (OSError, Refused) as error:
        outcome = ("error", name(error))
    except ValueError:  # the program has dropped its end
        pass
    except Exception as error:
        writer.fail(error)
        raise
    finally:
        done.set(outcome)
        writer.close()
        _release(wasi, source)


async def _ready(wasi, source):
    stream = getattr(source, "stream", None)
    while stream is not None and not wasi.port.readable(stream):
        await sleep_ms(POLL_MS)


async def write_via_stream(wasi, reader, sink, offset, name=name_of):
    """Write what comes from a stream to a File or Stdio: a result. offset: None for the end."""
    outcome = OK
    try:
        while True:
            data = memoryview(await reader.read(CHUNK))
            if not len(data):
                break
            while len(data):
                written = sink.write(data, offset)
                if not written:
                    raise Refused("insufficient-space")
                data = data[written:]
                if offset is not None:
                    offset += written
        sink.sync()
    except (OSError, Refused) as error:
        outcome = ("error", name(error))
    reader.close()
    _release(wasi, sink)
    return outcome


def _release(wasi, file):
    if hasattr(file, "users"):
        wasi.release(file)


def cli_error(error):
    """The error-code of wasi:cli/types for an exception."""
    name = name_of(error)
    return name if name in ("pipe", "illegal-byte-sequence") else "io"
