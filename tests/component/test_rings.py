"""Rings of components that pass streams of bytes and of records with resources."""

from __future__ import annotations

import pytest

from component.case_files import cases, on_cpython, on_micropython, write_images
from component.ring_programs import PROGRAMS

MODULES = ("cases_rings", "cases_rings_heap")


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return write_images(tmp_path_factory.mktemp("rings"), PROGRAMS)


@pytest.fixture(scope="module", params=["interp", "portable"])
def outcomes(request, images, micropython, runs):
    runs(request.param)
    return {
        module: on_micropython(micropython, module, images, request.param) for module in MODULES
    }


@pytest.mark.micropython
@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in MODULES for name in cases(module)]
)
def test_micropython(outcomes, module, name):
    text = outcomes[module][name]
    assert not text, text


@pytest.mark.parametrize("name", cases("cases_rings"))
def test_cpython(images, monkeypatch, name):
    on_cpython(monkeypatch, "cases_rings", name, images)
