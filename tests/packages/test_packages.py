"""Projects: add, lock, update, tree, vendor, build."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib

import wrt_micro
from packages.projects import (
    diamond,
    locked,
    ok,
    project,
    publish,
    served,
    wrt,
)

FULL = "demo:app/f@0.1.0"


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
