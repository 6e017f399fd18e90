"""Attacks on the memories of others: cases_isolation.py on all engines."""

from __future__ import annotations

import pytest

from component.attack_programs import GUARD, PROGRAMS
from component.case_files import cases, on_cpython, on_micropython, write_images

CASES = cases("cases_isolation")


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attacks")
    return write_images(folder, PROGRAMS, memory_reserve=GUARD)


@pytest.fixture(scope="module", params=["interp", "portable"])
def outcomes(request, images, micropython):
    if request.param == "interp" and not micropython.interpreter:
        pytest.skip("this MicroPython has no native code emitter")
    return on_micropython(micropython, "cases_isolation", images, request.param)


@pytest.mark.micropython
@pytest.mark.parametrize("name", CASES)
def test_micropython(outcomes, name):
    assert not outcomes[name], outcomes[name]


@pytest.mark.parametrize("name", CASES)
def test_cpython(images, monkeypatch, name):
    on_cpython(monkeypatch, "cases_isolation", name, images)
