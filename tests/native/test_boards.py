"""Spec scripts as machine code of boards, on emulated processors, with the runtime around it.

Our own scripts of core modules always, and of the official suites one for each part of the
translator; components on one board. With WRT_ENGINES=all, which `make conformance` sets, every
core script and all of our own on every board.
"""

from __future__ import annotations

import os

import pytest

from conformance import suites
from conformance.test_scripts import check
from native.engine import interpreter
from wrt_preflight.native.target import TARGETS
from wrt_preflight.wast import Target, run_wast

pytestmark = pytest.mark.conformance

BOARDS = [name for name in TARGETS if name != "x64"]
TIMEOUT = 600.0  # seconds
# Integers, floats in software and in hardware, control, calls.
PARTS = ("i64", "f32", "f64", "conversions", "call_indirect")


def chosen() -> list:
    """Pairs of a script and an architecture, as test parameters."""
    everything = os.environ.get("WRT_ENGINES") == "all"
    official = [p for p in suites.official() if suites.name_of(p).startswith("core/")]
    pairs = []
    for path in sorted(suites.OWN.glob("*.wast")):
        one = path.stem.startswith("component-") and not everything
        pairs += [(path, board) for board in (["armv7m"] if one else BOARDS)]
    for path in official:
        if everything or path.stem in PARTS:
            pairs += [(path, board) for board in BOARDS]
    return [pytest.param(*pair, id=f"{suites.name_of(pair[0])}-{pair[1]}") for pair in pairs]


@pytest.mark.parametrize("path, architecture", chosen())
def test_script(path, architecture, pytestconfig, record_property):
    target = Target(
        interpreter(architecture), "native", timeout=TIMEOUT, features=suites.features_of(path)
    )
    (result,) = run_wast([path], target, cache=pytestconfig.cache.mkdir("wast"))
    check(suites.name_of(path), path, f"native {architecture}", result, record_property)
    assert suites.ran(result.outcomes)
