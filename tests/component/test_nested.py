"""Turns that end inside of calls between instances, under MicroPython and on CPython."""

from __future__ import annotations

import pytest

from component import case_files

PROGRAMS = case_files.FOLDER / "programs"
TEXTS = {"nested": (PROGRAMS / "nested.wat").read_text()}
CASES = case_files.cases("cases_nested")


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return case_files.write_images(tmp_path_factory.mktemp("nested"), TEXTS)


@pytest.fixture(scope="module", params=["interp", "portable"])
def outcomes(request, images, micropython, runs):
    runs(request.param)
    return case_files.on_micropython(micropython, "cases_nested", images, request.param)


@pytest.mark.micropython
@pytest.mark.parametrize("name", CASES)
def test_micropython(outcomes, name):
    text = outcomes[name]
    assert not text, text


@pytest.mark.parametrize("name", CASES)
def test_cpython(images, monkeypatch, name):
    case_files.on_cpython(monkeypatch, "cases_nested", name, images)
