"""What a script finds in the whole runtime, linked: tests/conformance runs scripts on it."""

from __future__ import annotations

import re
from pathlib import Path

from wrt_preflight import wast
from wrt_preflight.linked.fold import Facts
from wrt_preflight.linked.merge import merge
from wrt_preflight.linked.passes import Outside, link_merged
from wrt_preflight.linked.whole import names_taken, scripts_of

DEVICE = Path(wast.__file__).with_name("device_core.py")
CASES = Path(__file__).parents[1] / "component" / "run_cases.py"
SOURCES = {
    "__init__.py": "from .words import double\ndef load(x):\n    return double(x)",
    "words.py": "SIZE = 4\ndef double(x):\n    return x * SIZE",
    "later.py": "from .words import double\nclass Late:\n    f = double",
}
FACES = {
    "wrt_micro.words": {"SIZE": ("words", "SIZE"), "twice": ("words", "double")},
    "wrt_micro.later": {"Late": ("later", "Late")},
}


def test_a_script_comes_with_what_it_imports():
    found = [path.name for path in scripts_of(DEVICE)]
    assert found == ["device_components.py", "device_core.py", "device_steps.py"]
    found = [path.name for path in scripts_of(CASES)]
    assert "runner.py" in found and "cases_aio.py" in found and "case_files.py" not in found


def test_modules_that_a_script_takes_have_what_it_uses():
    merged = merge(SOURCES, {"later": "later"})
    outside = Outside({("", "load"): "load"}, frozenset({"f"}), frozenset(), (), FACES)
    made, _ = link_merged(merged, Facts(), "wrt_micro", outside)
    found = {
        name: re.sub(r"import \w+ as", "import _ as", made[name]).splitlines() for name in FACES
    }
    (later,) = found["wrt_micro.later"]
    assert later == "from wrt_micro_later import _ as Late"
    assert found["wrt_micro.words"] == [
        "from wrt_micro import _ as SIZE",
        "from wrt_micro import _ as twice",
    ]


def test_names_that_a_script_takes():
    text = """
import wrt_micro
from wrt_micro import Trap
from wrt_micro.image import INSTANCES
from wrt_micro.ports import generic, open_port
wrt_micro.load("", wasi={"port": generic.Port(), "time": generic.time})
"""
    assert names_taken([text], {"", "image", "ports", "ports.generic"}) == {
        "image": ["INSTANCES"],
        "ports": ["open_port"],
        "ports.generic": ["Port", "time"],
    }
