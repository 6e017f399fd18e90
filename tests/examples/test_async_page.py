"""What docs/async.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from examples.page_steps import Page
from wrt_micro.component.app import ComponentApp
from wrt_micro.component.error_context import ErrorContext
from wrt_micro.component.host_future import FutureReader
from wrt_micro.component.host_set import WaitableSet
from wrt_micro.component.host_stream import StreamReader
from wrt_micro.component.host_task import Task
from wrt_micro.component.host_writer import StreamWriter

PAGE = Page("async.md")
CLASSES = {
    "app": ComponentApp,
    "task": Task,
    "reader": StreamReader,
    "writer": StreamWriter,
    "future": FutureReader,
    "ready": WaitableSet,
    "context": ErrorContext,
}


@pytest.fixture(scope="session")
def shown(tmp_path_factory) -> Path:
    """A folder with the images that the page loads, and what it runs."""
    return PAGE.prepare(tmp_path_factory.mktemp("page"))


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_micropython(micropython, runs, shown, monkeypatch, engine):
    runs(engine)
    monkeypatch.chdir(shown)
    PAGE.on_micropython(micropython, engine)


def test_cpython(shown):
    PAGE.on_cpython(shown)


def named() -> list[tuple[str, str]]:
    """(object, attribute) of what the page's table of names has here."""
    table = PAGE.text.split("<!-- names: each is tested -->")[1].split("<!-- end -->")[0]
    cells = [line.strip("| ").split(" | ")[2] for line in table.strip().splitlines()[2:]]
    return re.findall(r"`(\w+)\.(\w+)", " ".join(cells))


@pytest.mark.parametrize(("thing", "name"), named())
def test_the_table_of_names(thing, name):
    assert hasattr(CLASSES[thing], name) or name in CLASSES[thing]().__dict__
