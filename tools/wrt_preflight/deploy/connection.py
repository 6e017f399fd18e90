"""A device on a serial port: mpremote's transport, and the agent that runs on the device."""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import os
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import serial
import serial.tools.list_ports
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from ..errors import PreflightError, UsageError

AGENT = Path(__file__).parent / "on_device" / "agent.py"
CHUNK = 768  # bytes sent at once: as text they and the code around them stay under 2 KiB
TIMEOUT = 10  # seconds without a byte from the device
START_TIMEOUT = 25  # seconds until it has stopped what it does, and started over
# Platforms where a soft reset ends the program instead of starting MicroPython anew.
NO_RESET = ("linux", "darwin", "win32", "webassembly")


# What mpremote and pyserial raise where a device does not answer, or answers something else; where
# the port is closed while it is read, a TypeError.
_LOST = (TransportError, OSError, struct.error, SyntaxError, ValueError, TypeError)


_DEAF = "it is not a MicroPython that can be stopped with Ctrl-C"


class DeviceError(PreflightError):
    """The device did not do what it was asked, or is not one that can be used."""


class ConnectionLost(DeviceError):
    """The device does not answer any more."""


class DeviceOSError(DeviceError):
    """A call of the device's operating system failed. number: its errno."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


def find_port(port: str | None) -> str:
    """The port to use: the one given, or that of the only board on USB. Raises UsageError."""
    if port:
        return port
    boards = [p for p in serial.tools.list_ports.comports() if p.vid is not None]
    if len(boards) == 1:
        return boards[0].device
    if not boards:
        raise UsageError(
            "no board is connected with USB",
            hint="connect one, or name its serial port with --port",
        )
    names = ", ".join(f"{p.device} ({p.product or p.description})" for p in sorted(boards))
    raise UsageError(f"{len(boards)} boards are connected: {names}", hint="choose with --port")


class Connection:
    """A device in its raw REPL, with the agent. Raises ConnectionLost when it does not answer.

    port: its name, for messages. Use as a context: at the end the device starts over, so that
    main.py runs, where it can.
    """

    def __init__(self, port: str) -> None:
        self.port = port
        try:
            with _quiet():
                self._transport = SerialTransport(port, timeout=TIMEOUT)
        except (TransportError, OSError, ValueError):
            raise DeviceError(
                "the serial port cannot be opened",
                file=port,
                hint="is it the right one, and does no other program use it?",
            ) from None
        try:
            self._start()
        except BaseException:
            self._close()
            raise

    def _start(self) -> None:
        with self._lost(_DEAF), self._deadline():
            with _quiet():
                self._transport.enter_raw_repl(soft_reset=False)
            found = self._transport.eval("__import__('sys').platform")
            self.resets = found not in NO_RESET
            if self.resets:  # a clean heap, and main.py does not run
                with _quiet():
                    self._transport.enter_raw_repl(soft_reset=True)
        try:
            self._transport.exec(AGENT.read_text(encoding="utf-8"))
        except TransportExecError as error:
            raise self._failed(error) from None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        with contextlib.suppress(*_LOST):
            if kind is None or not issubclass(kind, ConnectionLost):
                # Ctrl-C first: an error may have come while it waits for the rest of a call.
                self._transport.serial.write(b"\r\x03\x03\r\x02")
                if self.resets:
                    self._transport.serial.write(b"\x04")
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(*_LOST):
            self._transport.close()

    def call(self, name: str, *arguments: object) -> object:
        """Call a function of the agent. Raises DeviceOSError, DeviceError."""
        with self._lost("the connection was lost"):
            try:
                values = ", ".join(map(repr, (name, *arguments)))
                reply = self._transport.exec(f"print(repr(_wrt({values})))")
            except TransportExecError as error:
                raise self._failed(error) from None
            result = ast.literal_eval(reply.decode().strip())
        if isinstance(result, tuple) and result[:1] == ("OSError",):
            number = result[1]
            raise DeviceOSError(f"{_errno_text(number)} ({name})", number)
        if isinstance(result, tuple) and result[:1] == ("MemoryError",):
            raise DeviceError(
                f"the device has no heap left for deploying: {result[1]:,} bytes are free",
                file=self.port,
            )
        return result

    def write(self, path: str, data: bytes, advance: Callable[[int], None]) -> None:
        """Write a file. advance: called with the bytes sent since. Raises DeviceOSError."""
        self.call("begin", path)
        try:
            for at in range(0, len(data), CHUNK):
                part = data[at : at + CHUNK]
                if not self.call("put", base64.b64encode(part).decode()):
                    raise DeviceOSError("the device wrote less than it was given", 28)
                advance(len(part))
        except DeviceOSError:
            with contextlib.suppress(DeviceOSError):
                self.call("end")
            raise
        self.call("end")

    def read(self, path: str, size: int) -> bytes:
        """The bytes of a file."""
        parts = [self.call("get", path, at, CHUNK) for at in range(0, size, CHUNK)]
        return b"".join(map(base64.b64decode, parts))

    @contextlib.contextmanager
    def _lost(self, message: str) -> Iterator[None]:
        try:
            yield
        except _LOST as error:
            raise ConnectionLost(f"{message} ({_last_line(error)})", file=self.port) from None

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[None]:
        """mpremote waits as long as anything comes, also from a board that prints on and on."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._transport.serial.close()

        timer = threading.Timer(START_TIMEOUT, give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        except _LOST as error:
            if late.is_set():
                raise TransportError(f"it went on for {START_TIMEOUT} seconds") from error
            raise
        finally:
            timer.cancel()

    def _failed(self, error: TransportExecError) -> DeviceError:
        return DeviceError(f"the device says {_last_line(error)}", file=self.port)


def _errno_text(number: int) -> str:
    return os.strerror(number) if number else "an error without a number"


def _last_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


def _quiet() -> contextlib.AbstractContextManager:
    """mpremote prints what it got before it raises an error; the error says enough."""
    return contextlib.redirect_stdout(io.StringIO())
