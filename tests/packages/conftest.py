"""A cache of its own for each test, and the index that most of them use."""

from __future__ import annotations

from pathlib import Path

import pytest

from packages.projects import publish


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """The folder that packages are kept in."""
    folder = tmp_path / "cache" / "packages"
    monkeypatch.setattr("wrt_preflight.packages.fetch.cache_folder", lambda: folder)
    return folder


@pytest.fixture
def index(tmp_path) -> Path:
    """demo:base 1.0.0, 1.1.0, 2.0.0; demo:left and demo:right, which want ^1.0 of it."""
    place = tmp_path / "index"
    for version, value in (("1.0.0", 1), ("1.1.0", 2), ("2.0.0", 3)):
        publish(place, tmp_path / "made", "demo:base", version, value=value)
    publish(place, tmp_path / "made", "demo:left", "1.0.0", wants={"demo:base": "1.0"}, value=10)
    publish(place, tmp_path / "made", "demo:right", "1.0.0", wants={"demo:base": "1.1"}, value=20)
    return place
