"""Streams and futures between Python and components, under MicroPython and on CPython."""

from __future__ import annotations

import pytest

from component import case_files

PROGRAMS = case_files.FOLDER / "programs"
TEXTS = {name: (PROGRAMS / f"{name}.wat").read_text() for name in ("streams", "relay", "waiter")}
MODULES = ("cases_host_streams", "cases_host_futures", "cases_host_turns")


def _cases(*modules: str) -> list[tuple[str, str]]:
    return [(module, name) for module in modules for name in case_files.cases(module)]


CASES = _cases(*MODULES)


@pytest.fixture(scope="session")
def images(tmp_path_factory):
    return case_files.write_images(tmp_path_factory.mktemp("host_streams"), TEXTS)


@pytest.fixture(scope="session")
def outcomes(images, micropython):
    return case_files.remembered(micropython, images)


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize(("module", "name"), [*CASES, *_cases("cases_host_heap")])
def test_micropython(outcomes, runs, module, name, engine):
    runs(engine)
    text = outcomes(module, engine)[name]
    assert not text, text


@pytest.mark.parametrize(("module", "name"), CASES)
def test_cpython(images, monkeypatch, module, name):
    case_files.on_cpython(monkeypatch, module, name, images)
