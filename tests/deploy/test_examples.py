"""Every example is deployed and prints on the board what its README says."""

from __future__ import annotations

import shutil

import pytest

from example_programs import EXAMPLES, NAMES, expected, source

pytestmark = pytest.mark.micropython

# Their Python takes a port of wrt_micro: the linker has to know that, from --host.
TAKE_PORTS = ("i2c-sensor", "pid")
START = """
import sys, wrt
wrt.runtime({name!r})
sys.argv[:] = ["host.py", wrt.path({name!r})]
"""


@pytest.mark.parametrize("name", NAMES)
def test_an_example_prints_what_its_readme_says(board, wrt, name):
    """Its host.py loads sys.argv[1] by itself: `wrt_micro` there is the runtime of the program."""
    host = ["--host", EXAMPLES / name / "host.py"] if name in TAKE_PORTS else []
    status, _, errors = wrt("deploy", source(name), "--name", name, *host, "--port", board.port)
    assert (status, errors) == (0, "")
    for path in (EXAMPLES / name).glob("*.py"):  # host.py, and bindings that it imports
        shutil.copy(path, board.folder)
    module = f"host_{name}" if host else "host"
    assert board.run(START.format(name=name) + f"__import__({module!r})") == expected(name)
    assert not (board.folder / "wrt" / "lib").exists()
