"""Projects: add, lock, update, tree, vendor, build; and what is said where that cannot work."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import threading
import tomllib
from pathlib import Path

import pytest

import wrt_micro
from packages.projects import (
    edit_versions,
    ok,
    project,
    publish,
    served,
    versions_file,
    wrt,
)

ROOT = Path(__file__).parents[2]
FULL = "demo:app/f@0.1.0"


def diamond(folder: Path, index: str) -> Path:
    """A project that wants left and right, which both want base."""
    return project(
        folder / "app", "demo:app", "0.1.0", {"demo:left": "1", "demo:right": "1"}, 100, index
    )


def locked(app: Path) -> dict[str, str]:
    table = tomllib.loads((app / "wrt-micro.lock").read_text())
    return {p["name"]: p["version"] for p in table["package"]}


def test_package_diamond(tmp_path, index, micropython):
    """Four packages: add, lock, build, and run under MicroPython."""
    app = project(tmp_path / "app", "demo:app", "0.1.0", {}, 100, "../index")
    ok("add", "demo:left", "--project", app)
    ok("add", "demo:right@1", "--project", app)
    project_file = (app / "wrt-micro.toml").read_text()
    assert "# what it needs" in project_file
    wants = tomllib.loads(project_file)["dependencies"]
    assert wants == {"demo:left": "1.0.0", "demo:right": "1"}
    assert locked(app) == {"demo:base": "1.1.0", "demo:left": "1.0.0", "demo:right": "1.0.0"}

    app = diamond(tmp_path, "../index")
    done = ok("build", "--project", app)
    assert "connected part.wasm: demo:left/f@1.0.0 from demo:left 1.0.0" in done.err.replace(
        f"{app}/", ""
    )
    # 100 of the app, 10 and 20 of the sides, and twice 2 of base 1.1.0
    assert wrt_micro.load(str(app / "app.wrt"))[FULL].f() == 134
    script = tmp_path / "host.py"
    script.write_text(f"import sys, wrt_micro\nprint(wrt_micro.load(sys.argv[1])['{FULL}'].f())\n")
    ran = micropython.run(script, [str(app / "app.wrt")], capture=True)
    assert (ran.stdout, ran.stderr) == ("134\n", "")


def test_package_lock_file(tmp_path, index):
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    text = (app / "wrt-micro.lock").read_text()
    table = tomllib.loads(text)
    assert table["format"] == 1 and text.startswith("# Written by wrt-micro lock")
    base = table["package"][0]
    data = (index / "demo" / "base" / "base-1.1.0.wasm").read_bytes()
    assert base == {
        "name": "demo:base",
        "version": "1.1.0",
        "kind": "component",
        "source": "../index",
        "file": "demo/base/base-1.1.0.wasm",
        "sha256": hashlib.sha256(data).hexdigest(),
        "dependencies": {},
    }
    assert "up to date" in ok("lock", "--project", app).err
    assert (app / "wrt-micro.lock").read_text() == text
    ok("lock", "--locked", "--project", app)


def test_package_locked_versions_stay_until_update(tmp_path, index):
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    publish(index, tmp_path / "made", "demo:base", "1.2.0", value=5)
    publish(index, tmp_path / "made", "demo:left", "1.3.0", wants={"demo:base": "1"}, value=11)
    ok("lock", "--project", app)
    assert locked(app)["demo:base"] == "1.1.0"
    done = ok("update", "demo:base", "--project", app)
    assert "gone: demo:base 1.1.0" in done.err and "locked: demo:base 1.2.0" in done.err
    assert locked(app) == {"demo:base": "1.2.0", "demo:left": "1.0.0", "demo:right": "1.0.0"}
    ok("update", "--project", app)
    assert locked(app)["demo:left"] == "1.3.0"
    done = wrt("update", "demo:other", "--project", app)
    assert (done.status, "demo:other is not locked" in done.err) == (2, True)


def test_package_build_locks_what_is_new(tmp_path, index):
    app = diamond(tmp_path, "../index")
    done = wrt("build", "--locked", "--project", app)
    assert (done.status, "run wrt-micro lock" in done.err) == (2, True)
    ok("build", "--project", app)
    ok("build", "--locked", "--project", app)
    app = project(app, "demo:app", "0.1.0", {"demo:left": "1", "demo:base": "2"}, 100, "../index")
    assert wrt("build", "--locked", "--project", app).status == 2
    ok("build", "--project", app)
    text = (app / "wrt-micro.lock").read_text()
    assert 'version = "2.0.0"' in text and 'version = "1.1.0"' in text


def test_package_two_versions_side_by_side(tmp_path, index):
    app = project(
        tmp_path / "app",
        "demo:app",
        "0.1.0",
        {"demo:left": "1", "demo:base": "2"},
        100,
        "../index",
    )
    ok("build", "--project", app, "--all-exports")
    loaded = wrt_micro.load(str(app / "app.wrt"))
    assert loaded[FULL].f() == 100 + 3 + 10 + 2  # base 2.0.0, and base 1.1.0 through left
    assert loaded["demo:base/f@1"].f() == 2
    assert loaded["demo:base/f@2.0.0"].f() == 3


def test_package_tree(tmp_path, index):
    app = diamond(tmp_path, "../index")
    shown = ok("tree", "--project", app).out
    assert shown.splitlines() == [
        "demo:app 0.1.0",
        "├── demo:left 1.0.0 (1)",
        "│   └── demo:base 1.1.0 (1.0)",
        "└── demo:right 1.0.0 (1)",
        "    └── demo:base 1.1.0 (1.1)",
    ]
    tree = json.loads(ok("tree", "--json", "--project", app).out)
    left, right = tree["dependencies"]
    assert left["dependencies"][0]["version"] == right["dependencies"][0]["version"] == "1.1.0"
    assert right["dependencies"][0]["range"] == "1.1"


def test_package_vendor_builds_without_an_index(tmp_path, index, cache):
    app = diamond(tmp_path, "../index")
    assert "3 packages in vendor/" in ok("vendor", "--project", app).err
    shutil.rmtree(index)
    shutil.rmtree(cache)
    ok("build", "--project", app, "--locked")
    assert wrt_micro.load(str(app / "app.wrt"))[FULL].f() == 134
    vendored = (app / "wrt-micro.toml").read_text().replace("../index", "vendor")
    (app / "wrt-micro.toml").write_text(vendored)
    ok("update", "--project", app)
    assert locked(app)["demo:base"] == "1.1.0"


def test_package_index_over_http(tmp_path, index, cache):
    with served(index) as (url, asked):
        app = diamond(tmp_path, url)
        ok("build", "--project", app)
        assert wrt_micro.load(str(app / "app.wrt"))[FULL].f() == 134
        assert "/demo/base/base-1.1.0.wasm" in asked
        del asked[:]
        ok("build", "--project", app)
        assert asked == []  # locked and kept: nothing is asked again
        ok("update", "--project", app)
        assert {path.rsplit("/", 1)[1] for path in asked} == {"versions.json"}
        done = wrt("add", "demo:nothing", "--project", app)
        assert f"no package demo:nothing is in {url}" in done.err
    done = wrt("update", "--project", app)
    assert done.status == 1 and "cannot be fetched" in done.err and "--offline" in done.err
    ok("update", "--offline", "--project", app)
    (app / "wrt-micro.lock").unlink()
    ok("build", "--offline", "--project", app)
    shutil.rmtree(cache)
    done = wrt("build", "--offline", "--project", app)
    assert done.status == 1 and "run once without --offline" in done.err


def test_package_from_a_folder(tmp_path, index):
    project(tmp_path / "mine", "demo:base", "1.5.0", {}, 50)
    wants = {
        "demo:left": "1",
        "demo:base": '{ path = "../mine", version = "1" }',
    }
    app = project(
        tmp_path / "app",
        "demo:app",
        "0.1.0",
        wants,
        100,
        "../index",
        imports={"demo:left": "1.0.0", "demo:base": "1.5.0"},
    )
    ok("build", "--project", app)
    assert wrt_micro.load(str(app / "app.wrt"))[FULL].f() == 100 + 50 + 10 + 50
    assert locked(app) == {"demo:base": "1.5.0", "demo:left": "1.0.0"}
    project(tmp_path / "mine", "demo:base", "1.5.0", {}, 60)  # folders are under development
    ok("build", "--locked", "--project", app)
    assert wrt_micro.load(str(app / "app.wrt"))[FULL].f() == 100 + 60 + 10 + 60
    ok("add", "demo:right", "--project", app)
    assert 'path = "../mine"' in (app / "wrt-micro.toml").read_text()


def test_package_of_a_folder_with_an_index_of_its_own(tmp_path, index):
    project(tmp_path / "mine", "demo:mine", "1.0.0", {"demo:base": "1"}, 50, "../index")
    wants = {"demo:mine": '{ path = "../mine" }'}
    app = project(
        tmp_path / "app", "demo:app", "0.1.0", wants, 100, imports={"demo:mine": "1.0.0"}
    )
    ok("build", "--project", app)
    assert wrt_micro.load(str(app / "app.wrt"))[FULL].f() == 100 + 50 + 2
    ok("build", "--locked", "--project", app)


def test_package_index_that_has_moved(tmp_path, index):
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    index.rename(tmp_path / "moved")
    diamond(tmp_path, "../moved")
    assert wrt("build", "--locked", "--project", app).status == 2
    ok("build", "--project", app)
    assert 'source = "../moved"' in (app / "wrt-micro.lock").read_text()
    ok("build", "--locked", "--project", app)


def test_package_add_from_a_folder(tmp_path):
    project(tmp_path / "mine", "demo:base", "1.5.0", {}, 50)
    app = project(tmp_path / "app", "demo:app", "0.1.0", {})
    ok("add", "demo:base", "--path", tmp_path / "mine", "--project", app)
    table = tomllib.loads((app / "wrt-micro.toml").read_text())
    assert table["dependencies"] == {"demo:base": {"path": "../mine"}}
    done = wrt("add", "demo:other", "--path", tmp_path / "mine", "--project", app)
    assert "expected the package demo:other, found demo:base" in done.err
    assert tomllib.loads((app / "wrt-micro.toml").read_text()) == table


# What cannot work


def test_package_changed_byte(tmp_path, index):
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    file = index / "demo" / "base" / "base-1.1.0.wasm"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    done = wrt("build", "--project", app)
    assert done.status == 1
    assert (
        f"{file}: demo:base 1.1.0 is not what was locked: expected SHA-256 "
        in done.err.replace(f"{app}/../", f"{tmp_path}/")
    )
    assert not (app / "app.wrt").exists()


@pytest.mark.parametrize("place", ["vendor", "cache"])
def test_package_changed_byte_of_a_copy(tmp_path, index, cache, place):
    app = diamond(tmp_path, "../index")
    ok("build", "--project", app)
    if place == "vendor":
        ok("vendor", "--project", app)
    (file,) = [
        path
        for path in (app / "vendor" if place == "vendor" else cache).rglob("*.wasm")
        if path.read_bytes() == (index / "demo" / "base" / "base-1.1.0.wasm").read_bytes()
    ]
    file.write_bytes(file.read_bytes() + b"\0")
    done = wrt("build", "--project", app)
    assert done.status == 1 and f"{file}: demo:base 1.1.0 is not what was locked" in done.err


def test_package_changed_byte_of_the_index(tmp_path, index):
    """An index whose list was changed with the file is not what was locked either."""
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    file = index / "demo" / "base" / "base-1.1.0.wasm"
    file.write_bytes(file.read_bytes() + b"\0\1\0")
    now = hashlib.sha256(file.read_bytes()).hexdigest()
    edit_versions(index, "demo:base", lambda t: t["versions"]["1.1.0"].update(sha256=now))
    assert "is not what was locked" in wrt("build", "--project", app).err


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


def test_package_is_published_once(tmp_path, index):
    folder = project(tmp_path / "x", "demo:base", "1.0.0", {}, 77)
    done = wrt("publish", index, "--project", folder)
    assert done.status == 2 and "demo:base 1.0.0 is in the index already" in done.err
    again = project(tmp_path / "y", "demo:base", "1.0.0", {}, 1)
    ok("publish", index, "--project", again)


@pytest.mark.parametrize(
    "change, expected",
    [
        (lambda t: t.update(name="demo:other"), 'it is about "demo:other"'),
        (lambda t: t["versions"].update({"1": t["versions"]["1.0.0"]}), 'found "1"'),
        (
            lambda t: t["versions"]["1.0.0"].update(file="../../x.wasm"),
            "the file or hash of 1.0.0",
        ),
        (lambda t: t["versions"]["1.0.0"].update(sha256="12"), "the file or hash of 1.0.0"),
        (lambda t: t["versions"]["1.0.0"].pop("kind"), "kind"),
        (lambda t: t["versions"]["1.0.0"].update(dependencies={"x": "1"}), '"x" is not valid'),
        (lambda t: t.clear(), "name"),
    ],
)
def test_package_damaged_index(tmp_path, index, change, expected):
    edit_versions(index, "demo:base", change)
    app = project(tmp_path / "app", "demo:app", "0.1.0", {"demo:base": "1"}, 1, "../index")
    done = wrt("lock", "--project", app)
    assert done.status == 1 and expected in done.err, done.err
    assert str(versions_file(index, "demo:base").relative_to(tmp_path)) in done.err


@pytest.mark.parametrize(
    "text, expected",
    [
        ("x", "expected TOML"),
        ("[package]\n", 'expected name = "..." in [package]'),
        ('[package]\nname = "demo"\nversion = "1.0.0"\n', 'expected a namespace and ":"'),
        ('[package]\nname = "demo:x"\nversion = "1.0"\n', "expected a version such as"),
        ('[package]\nname = "demo:x"\nversion = 1\n', "expected version to be a str"),
        ('[package]\nname = "demo:x"\nversion = "1.0.0"\nnmae = "x"\n', "found 'nmae'"),
        ("[pakage]\n", "found [pakage]"),
        ('package = "x"\n', "expected a table [package]"),
        ('dependencies = 1\n[package]\nname = "demo:x"\nversion = "1.0.0"\n', "expected a table"),
    ],
)
def test_package_wrong_project_file(tmp_path, text, expected):
    (tmp_path / "wrt-micro.toml").write_text(text)
    done = wrt("build", "--project", tmp_path)
    assert done.status in (1, 2) and expected in done.err, done.err
    assert f"{tmp_path}/wrt-micro.toml" in done.err


@pytest.mark.parametrize(
    "line, expected",
    [
        ('"demo:y" = "x"', "expected a range of versions"),
        ('"demo:y" = 1', "expected a range of versions"),
        ('"demo:y" = {}', "expected version or path"),
        ('"demo:y" = { paht = "x" }', "found 'paht'"),
        ('"demo:y@1.0.0" = "1"', "expected a name without version"),
        ('"demo:y" = { path = "nowhere" }', "no wrt-micro.toml is in the folder of demo:y"),
        ("[limits]\nstak = 1", "found stak"),
        ('[limits]\nstack = "x"', "stack of [limits]: expected a number"),
        ("[limits]\nstack = -1", "stack of [limits]: expected a number"),
        ('[build]\nboard = "nowhere"', "nowhere"),
        ('[build]\nengine = "fast"', "engine of [build]"),
        ('[build]\nfeatures = ["x"]', "features of [build]"),
        ("[build]\nfeatures = 1", "expected features to be a list"),
    ],
)
def test_package_wrong_line(tmp_path, line, expected):
    app = project(tmp_path / "app", "demo:app", "0.1.0", {})
    with (app / "wrt-micro.toml").open("a") as file:
        file.write(line + "\n")
    done = wrt("build", "--project", app)
    assert done.status in (1, 2) and expected in done.err, done.err


@pytest.mark.parametrize(
    "text", ["x", "format = 2\n", "[[package]]\n", "format = 1\npackage = [1]\n"]
)
def test_package_damaged_lock_file(tmp_path, index, text):
    app = diamond(tmp_path, "../index")
    (app / "wrt-micro.lock").write_text(text)
    done = wrt("build", "--project", app)
    assert done.status == 1 and "wrt-micro.lock: expected" in done.err, done.err


def test_package_without_project(tmp_path):
    done = wrt("build", "--project", tmp_path)
    assert done.status == 2 and "wrt-micro init NAME writes one; or give FILE" in done.err
    ok("init", "demo:kit", "--project", tmp_path)
    assert tomllib.loads((tmp_path / "wrt-micro.toml").read_text()) == {
        "package": {"name": "demo:kit", "version": "0.1.0", "component": "kit.wasm"},
        "dependencies": {},
    }
    done = wrt("build", "--project", tmp_path)
    assert done.status == 2 and "kit.wasm: cannot be read" in done.err
    assert wrt("init", "demo:kit", "--project", tmp_path).status == 2
    assert wrt("init", "Kit", "--project", tmp_path / "x").status == 1


def test_package_limits_board_and_output(tmp_path):
    app = project(tmp_path / "app", "demo:app", "0.1.0", {})
    with (app / "wrt-micro.toml").open("a") as file:
        file.write('[build]\noutput = "out.wrt"\nboard = "pico"\n[limits]\nstack = "2k"\n')
    ok("build", "--project", app)
    assert wrt_micro.load(str(app / "out.wrt")).stats()["stack"]["capacity"] == 2048
    ok("build", "--project", app, "--limit", "stack=4096", "-o", tmp_path / "other.wrt")
    assert wrt_micro.load(str(tmp_path / "other.wrt")).stats()["stack"]["capacity"] == 4096


def test_package_world(tmp_path):
    """A component has to conform to the world that its project names."""
    app = project(tmp_path / "app", "demo:app", "0.1.0", {})
    (app / "wit").mkdir()
    (app / "wit" / "app.wit").write_text(
        "package demo:app@0.1.0;\n"
        "interface f { f: func() -> u32; }\n"
        "world right { export f; }\n"
        "world wrong { export f; export more: func(); }\n"
    )
    text = (app / "wrt-micro.toml").read_text()
    for world, expected in (
        ("right", None),
        ("wrong", "does not conform to the world wrong: "),
        ("none", "does not conform to the world none: World `none` not found"),
    ):
        lines = f'wit = "wit"\nworld = "{world}"\ncomponent ='
        (app / "wrt-micro.toml").write_text(text.replace("component =", lines))
        done = wrt("build", "--project", app)
        assert done.status == (1 if expected else 0), done.err
        assert expected is None or f"{app}/part.wasm: the component {expected}" in done.err
    (app / "wrt-micro.toml").write_text(text.replace("component =", 'world = "x"\ncomponent ='))
    assert 'world of [package]: expected wit = "..."' in wrt("build", "--project", app).err


def test_package_cannot_be_written(tmp_path, index):
    app = diamond(tmp_path, "../index")
    ok("lock", "--project", app)
    (app / "file").write_text("")
    for arguments in (
        ("build", "-o", app / "file" / "x.wrt"),
        ("install", app / "file" / "device"),
        ("bindgen", "-o", app / "file" / "x"),
        ("wit", "-o", app / "file" / "x.wit"),
        ("publish", app / "file" / "index"),
    ):
        done = wrt(*arguments, "--project", app)
        assert done.status == 2 and "cannot be written: Not a directory" in done.err, done.err


def test_package_cache_that_cannot_be_written_is_none(tmp_path, index, cache):
    cache.parent.mkdir(parents=True)
    cache.write_text("a file in its place")
    with served(index) as (url, _):
        app = diamond(tmp_path, url)
        ok("build", "--project", app)
        ok("build", "--project", app)
    assert wrt_micro.load(str(app / "app.wrt"))[FULL].f() == 134


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 500 Gone wrong\r\n\r\n",
        b"nonsense",
        b"",
        b"HTTP/1.0 200 OK\r\nContent-Length: 999\r\n\r\n{}",
        b"HTTP/1.0 200 OK\r\n\r\n{}",
    ],
)
def test_package_server_that_answers_wrongly(tmp_path, answer):
    """A server that breaks off, or is no server at all: one sentence, whatever it is."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        app = project(tmp_path / "app", "demo:app", "0.1.0", {"demo:base": "1"}, 1, url)
        done = wrt("lock", "--project", app)
        thread.join()
    assert done.status == 1 and f"{url}/demo/base/versions.json: " in done.err, done.err


def test_nested_namespace_package(tmp_path, micropython):
    """Nested names all the way: in project files, an index, interfaces, on the device."""
    place, made = tmp_path / "index", tmp_path / "made"
    base = "acme:tools:math/sets"
    folder = project(made / "base", base, "1.2.0", {}, 5)
    done = wrt("publish", place, "--project", folder)
    assert done.status == 1 and "--feature nested-names" in done.err
    ok("publish", place, "--project", folder, "--feature", "nested-names")
    assert (place / "acme" / "tools" / "math.sets" / "math-1.2.0.wasm").exists()
    app = project(
        tmp_path / "app",
        "acme:apps:one",
        "0.1.0",
        {base: "1.1"},
        100,
        "../index",
    )
    with (app / "wrt-micro.toml").open("a") as file:
        file.write('[build]\nfeatures = ["nested-names"]\n')
    ok("build", "--project", app)
    ok("install", tmp_path / "device", "--project", app)
    script = tmp_path / "host.py"
    script.write_text(
        "import sys, wrt_micro\n"
        "app = wrt_micro.load(sys.argv[1])\n"
        "print(app.names(), app['acme:apps:one/f@0.1'].f())\n"
        "app = wrt_micro.load('acme:apps:one/f', packages=sys.argv[2])\n"
        "print(app.names(), app['acme:apps:one/f'].f())\n"
        f"print(wrt_micro.load('{base}@1.1', packages=sys.argv[2])['{base}/f'].f())\n"
    )
    ran = micropython.run(script, [str(app / "one.wrt"), str(tmp_path / "device")], capture=True)
    line = "['acme:apps:one/f@0.1.0'] 105\n"
    assert (ran.stdout, ran.stderr) == (line + line + "5\n", "")
