"""Attacks on what belongs to others: cases_isolation*.py on all engines."""

from __future__ import annotations

import pytest

from component.attack_programs import GUARD, PROGRAMS
from component.case_files import FOLDER, cases, on_cpython, on_micropython, write_images

MODULES = ("cases_isolation", "cases_isolation_handles")
CASES = [(module, name) for module in MODULES for name in cases(module)]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    texts = dict(PROGRAMS)
    for name in ("handles", "family"):
        texts[name] = (FOLDER / "programs" / f"{name}.wat").read_text()
    return write_images(tmp_path_factory.mktemp("attacks"), texts, memory_reserve=GUARD)


@pytest.fixture(scope="module", params=["interp", "portable"])
def outcomes(request, images, micropython, runs):
    runs(request.param)
    return {
        module: on_micropython(micropython, module, images, request.param) for module in MODULES
    }


@pytest.mark.micropython
@pytest.mark.parametrize(("module", "name"), CASES)
def test_micropython(outcomes, module, name):
    text = outcomes[module][name]
    assert not text, text


@pytest.mark.parametrize(("module", "name"), CASES)
def test_cpython(images, monkeypatch, module, name):
    on_cpython(monkeypatch, module, name, images)
