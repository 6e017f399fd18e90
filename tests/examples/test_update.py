"""Updates over the air: examples/update from a web server, as often as a board may boot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from example_programs import EXAMPLES
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions
from wrt_preflight.sign import Signing, sign

KEY = bytes(range(32))
TEXT = (EXAMPLES / "update" / "update.wat").read_text()


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Makes signed images: release(version, counter), which crash at start if works is False."""
    folder = tmp_path_factory.mktemp("releases")

    def make(version: int, counter: int = 0, works: bool = True, key: bytes = KEY) -> bytes:
        text = TEXT.replace("i32.const 1)", f"i32.const {version})")
        if not works:
            text = text.replace("(func $check_itself\n    i32.const 1", "(func $f i32.const 0")
            text = text.replace("(start $check_itself)", "(start $f)")
        path = folder / "app.wat"
        path.write_text(text)
        image = pipeline.build(pipeline.read_input(str(path)), LowerOptions()).image.data
        return sign(image, Signing(key, counter=counter))

    return make


@pytest.fixture
def server():
    """A web server: server.files by path; what is in server.cut ends too early."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            data = web.files.get(self.path)
            self.send_response(200 if data else 404)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write((data or b"")[: web.cut])

        def log_message(self, *arguments):
            pass

    web = HTTPServer(("127.0.0.1", 0), Handler)
    web.files, web.cut = {}, None
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield web
    web.shutdown()
    web.server_close()


@pytest.fixture(params=["micropython", "cpython"])
def board(request, server, tmp_path):
    """Boots main.py: board("/app.wrt") looks for an update first. What is printed, as lines."""
    for name in ("update.py", "main.py"):
        shutil.copy(EXAMPLES / "update" / name, tmp_path)
    (tmp_path / "wrt.key").write_text(KEY.hex() + "\n")
    if request.param == "micropython":
        found = request.getfixturevalue("micropython")
        command, path = found.command, f"{tmp_path}:{found.runtime()}:.frozen"
    else:
        command, path = (sys.executable,), os.pathsep.join(sys.path)

    def boot(path_of_update: str | None = None) -> list[str]:
        update = ["127.0.0.1", str(server.server_port), path_of_update] if path_of_update else []
        done = subprocess.run(
            [*command, "main.py", *update],
            cwd=tmp_path,
            env=os.environ | {"MICROPYPATH": path, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=30,
        )
        return (done.stdout + done.stderr).splitlines()

    boot.folder = tmp_path
    return boot


def test_install_update_and_keep(board, server, release):
    assert "no program was installed that works" in board()[-1]
    server.files = {"/1": release(1, 1), "/2": release(2, 2)}
    assert board("/1") == ["update: installed, to be tried", "version 1"]
    assert board() == ["version 1"]
    assert board("/2") == ["update: installed, to be tried", "version 2"]
    assert board() == ["version 2"]


def test_a_program_that_is_never_confirmed_is_given_up(board, server, release):
    server.files = {"/1": release(1, 1), "/13": release(13, 2)}
    board("/1")
    assert board("/13")[-1] == "version 13"
    assert board() == ["version 13"]
    assert board() == ["version 13"]
    assert board() == ["update: back to the program before", "version 1"]
    assert board() == ["version 1"]


def test_one_that_does_not_start_is_given_up_at_once(board, server, release):
    server.files = {"/1": release(1, 1), "/2": release(2, 2, works=False)}
    board("/1")
    lines = board("/2")
    assert lines[1].startswith("update: the new program does not start: unreachable")
    assert lines[2:] == ["update: back to the program before", "version 1"]


def test_what_is_refused_changes_nothing(board, server, release):
    good = release(1, 5)
    tampered = bytearray(release(2, 6))
    tampered[-90] ^= 1
    server.files = {
        "/1": good,
        "/tampered": bytes(tampered),
        "/key": release(2, 6, key=b"x" * 32),
        "/old": release(2, 4),
        "/unsigned": release(2, 6)[:-76],
        "/page": b"<html>no image</html>" * 9,
    }
    board("/1")
    for path, why in (
        ("/tampered", "the image is damaged"),
        ("/key", "signed with another key"),
        ("/old", "counter 4, and this device has had 5"),
        ("/unsigned", "the image is not signed"),
        ("/page", "not an image"),
        ("/nothing", "404"),
    ):
        lines = board(path)
        assert lines[0].startswith("update: refused: ") and why in lines[0]
        assert lines[1:] == ["version 1"]
    server.cut = 100
    server.files["/2"] = release(2, 6)
    assert board("/2") == [f"update: refused: {len(good) - 100} bytes are missing", "version 1"]


_POWER_CUTS = """
import builtins, os, sys
sys.path.insert(0, {folder!r})
import update

real_open, real_rename = builtins.open, os.rename
left = int(sys.argv[1])

def spend():
    global left
    left -= 1
    if left < 0:
        os._exit(9)  # the power is gone

class File:
    def __init__(self, *a):
        self.file = real_open(*a)
    def __enter__(self):
        return self
    def __exit__(self, *a):
        self.file.close()
    def write(self, data):
        self.file.write(data[: len(data) // 2])
        self.file.flush()
        spend()
        self.file.write(data[len(data) // 2 :])
        self.file.flush()
        spend()
    def read(self):
        return self.file.read()

def rename(old, new):
    spend()
    if sys.argv[2] == "fat":
        try:
            os.remove(new)
        except OSError:
            pass
        spend()
    real_rename(old, new)

update.open = lambda path, mode="r": (
    File(path, mode) if "w" in mode else real_open(path, mode)
)
update.os = type("os", (), {{"mkdir": os.mkdir, "rename": rename}})
slots = update.Slots("app", open("wrt.key").read())
data = real_open("new.wrt", "rb").read()
slots.install(data[i : i + 200] for i in range(0, len(data), 200))
slots.boot()
slots.confirm()
"""


@pytest.mark.parametrize("filesystem", ["littlefs", "fat"])
@pytest.mark.parametrize("board", ["cpython"], indirect=True)
def test_the_power_may_fail_at_any_time(board, server, release, filesystem):
    """Cut at each write and rename of an update, there is always a program that works."""
    server.files = {"/1": release(1, 1)}
    board("/1")
    (board.folder / "new.wrt").write_bytes(release(2, 2))
    kept = board.folder / "kept"
    shutil.copytree(board.folder / "app", kept)
    script = board.folder / "cut.py"
    script.write_text(_POWER_CUTS.format(folder=str(board.folder)))
    versions = []
    for cut in range(200):
        shutil.rmtree(board.folder / "app")
        shutil.copytree(kept, board.folder / "app")
        done = subprocess.run(
            [sys.executable, str(script), str(cut), filesystem],
            cwd=board.folder,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode in (0, 9), done.stderr
        lines = board()
        assert lines[-1] in ("version 1", "version 2"), (cut, lines)
        versions.append(lines[-1])
        if done.returncode == 0:
            break
    assert versions[0] == "version 1" and versions[-1] == "version 2"
    assert versions == sorted(versions)  # from some point on it is the new one
