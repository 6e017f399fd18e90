"""Packages, indexes and projects with something wrong: what is said, and what stays as it was."""

from __future__ import annotations

import hashlib
import socket
import threading
import tomllib

import pytest

import wrt_micro
from packages.projects import (
    diamond,
    edit_versions,
    ok,
    project,
    served,
    versions_file,
    wrt,
)

FULL = "demo:app/f@0.1.0"


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
