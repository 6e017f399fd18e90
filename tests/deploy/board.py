"""A board for tests: MicroPython's unix port behind a pseudo-terminal, in a folder of its own.

What a real board shares with it: the raw REPL that mpremote speaks, files, imports, a heap. A
relay stands for the cable: something can happen after a number of bytes, or to what passes.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import tty
from collections.abc import Callable, Sequence
from pathlib import Path

BACKLOG = 1 << 16  # bytes on the way to the host
MPREMOTE = (sys.executable, "-m", "mpremote")


class Board:
    """MicroPython on a pseudo-terminal. port: the name to connect to. folder: its files.

    script: Python that it runs before its REPL, for boards that are not as others. sent: bytes
    that went to the board.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, script: str = "", heap: int = 1 << 21
    ) -> None:
        self.folder = folder
        self.script = script
        self.sent = 0
        self.change: Callable[[bytes], bytes] = lambda data: data
        self._command, self._heap = command, heap
        self._events: list[tuple[int, Callable[[], None]]] = []
        host, board = os.openpty(), os.openpty()
        self._ends = [*host, *board]
        for end in self._ends:
            tty.setraw(end)
        self.port = os.ttyname(host[1])
        self._host, self._board, self._terminal = host[0], board[0], board[1]
        self.process = self._start()
        self._stopping = threading.Event()
        self._relay = threading.Thread(target=self._run, daemon=True)
        self._relay.start()

    def _start(self) -> subprocess.Popen:
        arguments = ["-X", f"heapsize={self._heap}"]
        if self.script:
            path = self.folder.with_name(f"{self.folder.name}-boot.py")
            path.write_text(f"import sys; sys.path[0] = ''\n{self.script}")
            arguments += ["-i", str(path)]
        return subprocess.Popen(
            [*self._command, *arguments],
            stdin=self._terminal,
            stdout=self._terminal,
            stderr=self._terminal,
            cwd=self.folder,
            env=os.environ | {"MICROPYPATH": ":.frozen:lib", "HOME": str(self.folder)},
            start_new_session=True,
        )

    def after(self, count: int, event: Callable[[], None]) -> None:
        """Call something when so many bytes more have gone to the board."""
        self._events.append((self.sent + count, event))

    def on(self, text: bytes, event: Callable[[], None]) -> None:
        """Call something, and then nothing goes to the board, when the host has sent a text."""
        seen = bytearray()

        def watch(data: bytes) -> bytes:
            seen.extend(data)
            if text not in seen:
                return data
            event()
            self.change = lambda data: data
            return b""

        self.change = watch

    def _run(self) -> None:
        # What nobody reads is lost, as on a serial line: a board never waits for its host.
        os.set_blocking(self._host, False)
        pending = bytearray()
        while not self._stopping.is_set():
            writes = [self._host] if pending else []
            readable, writable, _ = select.select([self._host, self._board], writes, [], 0.1)
            if self._board in readable:
                pending += os.read(self._board, 4096)
                del pending[:-BACKLOG]
            if writable:
                with contextlib.suppress(BlockingIOError):
                    del pending[: os.write(self._host, pending)]
            if self._host in readable:
                data = self.change(os.read(self._host, 4096))
                self.sent += len(data)
                due = [event for at, event in self._events if at <= self.sent]
                self._events = [(at, event) for at, event in self._events if at > self.sent]
                for event in due:
                    event()
                if not self._stopping.is_set():
                    os.write(self._board, data)

    def run(self, code: str, *commands: str) -> str:
        """What Python code prints, run by mpremote. Errors are part of it."""
        done = subprocess.run(
            [*MPREMOTE, "connect", self.port, "resume", *(commands or ("exec", _FRESH + code))],
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.stdout + done.stderr

    def restart(self) -> None:
        """Pull the plug, and put it in again."""
        self.unplug()
        self.process = self._start()

    def unplug(self) -> None:
        """Cut the power."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def pull(self) -> None:
        """Pull the cable: the port is gone, and there is no power. It stays so."""
        self.unplug()
        self._stopping.set()
        while self._ends:
            os.close(self._ends.pop())

    def close(self) -> None:
        """Take it away."""
        self._stopping.set()
        self._relay.join()
        self.unplug()
        for end in self._ends:
            os.close(end)


# As after a reset: no module of a program is there yet.
_FRESH = """
import sys
for name in list(sys.modules):
    if name.startswith("wrt") or name.startswith("host_"):
        del sys.modules[name]
sys.path[:] = [path for path in sys.path if "/wrt/" not in path]
"""
