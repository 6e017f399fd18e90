"""Which versions a project gets, and what is said where there are none."""

from __future__ import annotations

import shutil

from packages.projects import (
    diamond,
    locked,
    ok,
    project,
    publish,
    wrt,
)


def test_package_missing_version(tmp_path, index):
    app = project(tmp_path / "app", "demo:app", "0.1.0", {"demo:base": "^3"}, 1, "../index")
    done = wrt("build", "--project", app)
    assert done.status == 1
    assert done.err.splitlines() == [
        f"error: {app}/wrt-micro.toml: no version of demo:base fits",
        "  demo:app 0.1.0 wants ^3",
        "  there are 1.0.0, 1.1.0, 2.0.0",
        "  hint: another range, or a newer index",
    ]


def test_package_unknown(tmp_path, index):
    app = project(tmp_path / "app", "demo:app", "0.1.0", {"demo:bass": "1"}, 1, "../index")
    done = wrt("lock", "--project", app)
    assert "no package demo:bass is in" in done.err and "did you mean demo:base?" in done.err
    assert "demo:app 0.1.0 wants 1" in done.err
    app = project(tmp_path / "other", "demo:app", "0.1.0", {"demo:base": "1"}, 1)
    assert "no index is there to look for demo:base" in wrt("lock", "--project", app).err


def test_package_conflict(tmp_path, index):
    publish(index, tmp_path / "made", "demo:old", "1.0.0", wants={"demo:base": "=1.0.0"})
    app = project(
        tmp_path / "app", "demo:app", "0.1.0", {"demo:old": "1", "demo:right": "1"}, 1, "../index"
    )
    done = wrt("build", "--project", app)
    assert done.status == 1
    assert done.err.splitlines() == [
        f"error: {app}/wrt-micro.toml: no version of demo:base fits all who want it",
        "  demo:app 0.1.0 -> demo:old 1.0.0 wants =1.0.0",
        "  demo:app 0.1.0 -> demo:right 1.0.0 wants 1.1",
        "  there are 1.0.0, 1.1.0, 2.0.0",
        "  hint: wider ranges in one of these, or versions of them that agree: wrt-micro tree",
    ]
    app = project(tmp_path / "app", "demo:app", "0.1.0", {"demo:old": "1"}, 1, "../index")
    before = (app / "wrt-micro.toml").read_text()
    assert wrt("add", "demo:right", "--project", app).status == 1
    assert (app / "wrt-micro.toml").read_text() == before


def test_package_search_goes_back(tmp_path, index):
    """The newest left wants a base that nobody else can have; an older one does not."""
    publish(index, tmp_path / "made", "demo:left", "1.9.0", wants={"demo:base": "=1.0.0"})
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    assert locked(app) == {"demo:base": "1.1.0", "demo:left": "1.0.0", "demo:right": "1.0.0"}


def test_package_search_goes_back_from_what_is_unknown(tmp_path, index):
    wants = {"demo:gone": "1"}
    publish(index, tmp_path / "made", "demo:left", "1.9.0", wants=wants)
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    assert locked(app)["demo:left"] == "1.0.0"
    app = project(tmp_path / "x", "demo:app", "0.1.0", {"demo:left": "1.1"}, 1, "../index")
    done = wrt("lock", "--project", app)
    assert "no package demo:gone is in" in done.err
    assert "\n  demo:app 0.1.0 -> demo:left 1.9.0 wants 1\n" in done.err


def test_package_of_two_indexes(tmp_path, index):
    """The same release may be in two indexes; another one under its name is a conflict."""
    other = tmp_path / "other"
    publish(other, tmp_path / "again", "demo:base", "1.1.0", value=2)
    publish(other, tmp_path / "again", "demo:side", "1.0.0", wants={"demo:base": "1.1"})
    wants = {"demo:right": "1", "demo:side": '{ version = "1", index = "../other" }'}
    imports = {"demo:right": "1.0.0", "demo:side": "1.0.0"}
    options = {"index": "../index", "imports": imports}
    app = project(tmp_path / "app", "demo:app", "0.1.0", wants, 1, **options)
    ok("build", "--project", app)
    shutil.rmtree(other)
    publish(other, tmp_path / "more", "demo:base", "1.1.0", value=9)
    publish(other, tmp_path / "more", "demo:side", "1.0.0", wants={"demo:base": "1.1"})
    done = wrt("update", "--project", app)
    assert done.status == 1 and "no version of demo:base fits all who want it" in done.err


def test_package_circle(tmp_path, index):
    publish(index, tmp_path / "made", "demo:one", "1.0.0", wants={"demo:two": "1"})
    publish(index, tmp_path / "made", "demo:two", "1.0.0", wants={"demo:one": "1"})
    app = project(tmp_path / "app", "demo:app", "0.1.0", {"demo:one": "1"}, 1, "../index")
    done = wrt("build", "--project", app)
    assert done.status == 1
    assert (
        "packages depend on each other in a circle: "
        "demo:one 1.0.0 -> demo:two 1.0.0 -> demo:one 1.0.0\n" in done.err
    )


def test_package_circle_of_folders(tmp_path):
    one = project(
        tmp_path / "one", "demo:one", "1.0.0", {"demo:two": '{ path = "../two" }'}, imports={}
    )
    project(tmp_path / "two", "demo:two", "1.0.0", {"demo:one": '{ path = "../one" }'}, imports={})
    done = wrt("build", "--project", one)
    assert "in a circle: demo:one 1.0.0 -> demo:two 1.0.0 -> demo:one 1.0.0\n" in done.err
