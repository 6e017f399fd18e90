"""Calls that go on while Python does something else, under MicroPython and on CPython."""

from __future__ import annotations

import pytest

from component import case_files

PROGRAMS = case_files.FOLDER / "programs"
TEXTS = {name: (PROGRAMS / f"{name}.wat").read_text() for name in ("waiter", "neighbours")}
CASES = case_files.cases("cases_aio")


@pytest.fixture(scope="session")
def images(tmp_path_factory):
    return case_files.write_images(tmp_path_factory.mktemp("aio"), TEXTS)


@pytest.fixture(scope="session")
def outcomes(images, micropython):
    known = {}

    def run(engine: str) -> dict[str, str]:
        if engine not in known:
            known[engine] = case_files.on_micropython(micropython, "cases_aio", images, engine)
        return known[engine]

    return run


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize("name", CASES)
def test_micropython(outcomes, runs, name, engine):
    runs(engine)
    text = outcomes(engine)[name]
    assert not text, text


@pytest.mark.parametrize("name", CASES)
def test_cpython(images, monkeypatch, name):
    case_files.on_cpython(monkeypatch, "cases_aio", name, images)
