"""Programs to deploy, and commands in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"

GREETER = EXAMPLES / "greeter" / "greeter.wat"
FAC = EXAMPLES / "fac" / "fac.wat"
GREET = 'import wrt; print(wrt.load("greeter", {"log": lambda text: None}).greet("Ada"))'


def start(*arguments: object) -> subprocess.Popen:
    """Start a command in a process of its own.

    Ctrl-C reaches it, also where these tests run in the background of a shell, which ignores it.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "wrt_preflight.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
