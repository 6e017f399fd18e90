"""Spec scripts on the 32-bit machine code: on each processor, as tests/conformance runs them.

Our own scripts always; of the official suites the brief ones, or with WRT_ENGINES=all, which
`make conformance` sets, every core script.
"""

from __future__ import annotations

import os
from fnmatch import fnmatch

import pytest

from conformance import suites
from conformance.test_scripts import check
from emulated.engine import interpreter
from emulated.targets import TARGETS
from wrt_preflight.wast import Target, run_wast

pytestmark = pytest.mark.conformance

TIMEOUT = 1200.0  # seconds; the longest script needs two minutes on an idle machine
# Not in `make test`: millions of changes between the loop and Python, or of checked accesses.
SLOW = ("core/scalar/call_indirect.wast", "core/scalar/memory_fill.wast")


def is_brief(name: str) -> bool:
    """Whether a core script stands for a part of the engine, and is fast enough for slow ones."""
    in_brief = any(fnmatch(name, pattern) for pattern in suites.BRIEF)
    return in_brief and name.startswith("core/") and name not in SLOW


OWN = sorted(suites.OWN.glob("*.wast"))
BRIEF = OWN + [path for path in suites.official() if is_brief(suites.name_of(path))]
CORE = OWN + [path for path in suites.official() if suites.name_of(path).startswith("core/")]
PATHS = CORE if os.environ.get("WRT_ENGINES") == "all" else BRIEF


@pytest.mark.parametrize("architecture", TARGETS)
@pytest.mark.parametrize("path", PATHS, ids=suites.name_of)
def test_script(path, architecture, pytestconfig, record_property):
    features = suites.features_of(path)
    target = Target(interpreter(architecture), "interp", timeout=TIMEOUT, features=features)
    (result,) = run_wast([path], target, cache=pytestconfig.cache.mkdir("wast"))
    check(suites.name_of(path), path, architecture, result, record_property)
    assert suites.ran(result.outcomes)
