"""A board for tests: MicroPython's unix port behind a pseudo-terminal, in a folder of its own.

What a real board shares with it: the raw REPL that mpremote speaks, files, imports, a heap. A
relay stands for the cable: it can be cut after a number of bytes.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
import tty
from collections.abc import Sequence
from pathlib import Path


class Board:
    """MicroPython on a pseudo-terminal. port: the name to connect to. folder: its files.

    script: Python that it runs before its REPL, for boards that are not as they should be.
    cut: called once when `after` bytes have gone to the board, from the relay's thread.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, script: str = "", heap: int = 1 << 21
    ) -> None:
        self.folder = folder
        self.command, self.script, self.heap = command, script, heap
        self.sent = 0
        self.after: int | None = None
        self.cut = lambda: None
        host, board = os.openpty(), os.openpty()
        self._ends = [*host, *board]
        for end in self._ends:
            tty.setraw(end)
        self.port = os.ttyname(host[1])
        self._host, self._board = host[0], board[0]
        self._slave = board[1]
        self.process = self._start()
        self._stopping = threading.Event()
        self._relay = threading.Thread(target=self._run, daemon=True)
        self._relay.start()

    def _start(self) -> subprocess.Popen:
        arguments = ["-X", f"heapsize={self.heap}"]
        if self.script:
            path = self.folder.parent / f"{self.folder.name}-boot.py"
            path.write_text(self.script)
            arguments += ["-i", str(path)]
        return subprocess.Popen(
            [*self.command, *arguments],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=self.folder,
            env=os.environ | {"MICROPYPATH": ":.frozen", "HOME": str(self.folder)},
            start_new_session=True,
        )

    def _run(self) -> None:
        ends = {self._host: self._board, self._board: self._host}
        while not self._stopping.is_set():
            ready, _, _ = select.select(list(ends), [], [], 0.2)
            for end in ready:
                data = os.read(end, 4096)
                if end == self._host:
                    self.sent += len(data)
                    if self.after is not None and self.sent >= self.after:
                        self.after = None
                        self.cut()
                os.write(ends[end], data)

    def restart(self) -> None:
        """Pull the plug, and put it in again."""
        self._kill()
        self.process = self._start()

    def _kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self._stopping.set()
        self._relay.join()
        self._kill()
        for end in self._ends:
            os.close(end)
