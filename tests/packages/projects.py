"""Projects and indexes for tests, and the command line as a user calls it."""

from __future__ import annotations

import contextlib
import functools
import http.server
import io
import json
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from component_text import component
from packages import programs
from wrt_preflight import cli


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


def wrt(*arguments: object) -> Done:
    """Run `wrt-micro` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.main([str(a) for a in arguments])
    return Done(status, out.getvalue(), err.getvalue())


def ok(*arguments: object) -> Done:
    """As wrt; the command must succeed."""
    done = wrt(*arguments)
    assert done.status == 0, done.err
    return done


def interface(name: str, version: str) -> str:
    return f"{name}/f@{version}"


def project(
    folder: Path,
    name: str,
    version: str,
    wants: dict[str, object] | None = None,
    value: int = 1,
    index: str | None = None,
    imports: dict[str, str] | None = None,
) -> Path:
    """A project whose component adds up what it imports, one function of each package.

    wants: name -> range, or a table as TOML text. imports: name -> version of the interface that
    it imports, of what it wants if left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wants = wants or {}
    if imports is None:
        imports = {n: first_version(text) for n, text in wants.items()}
    taken = {interface(n, v): "f" for n, v in imports.items()}
    text = programs.function(taken, {interface(name, version): "f"}, value)
    (folder / "part.wasm").write_bytes(component(text))
    lines = ["[package]", f'name = "{name}"', f'version = "{version}"', 'component = "part.wasm"']
    if index is not None:
        lines.append(f'index = "{index}"')
    lines += ["", "[dependencies]  # what it needs"]
    for key, wanted in wants.items():
        lines.append(f'"{key}" = ' + (wanted if wanted.startswith("{") else f'"{wanted}"'))
    (folder / "wrt-micro.toml").write_text("\n".join(lines) + "\n")
    return folder


def first_version(text: str) -> str:
    """The oldest version that a range of one part stands for."""
    number = text.lstrip("^~=> ").split(",")[0]
    return number + ".0" * (2 - number.count("."))


def publish(index: Path, scratch: Path, name: str, version: str, **options: object) -> None:
    """Publish a package made by `project`."""
    folder = project(scratch / f"{name.replace(':', '-')}-{version}", name, version, **options)
    ok("publish", index, "--project", folder)


def versions_file(index: Path, name: str) -> Path:
    return index.joinpath(*name.split(":")) / "versions.json"


def edit_versions(index: Path, name: str, change: object) -> None:
    """Change the list of versions of a package in an index."""
    path = versions_file(index, name)
    table = json.loads(path.read_text())
    change(table)
    path.write_text(json.dumps(table))


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A web server for a folder: its URL, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            asked.append(self.path)

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def diamond(folder: Path, index: str) -> Path:
    """A project that wants left and right, which both want base."""
    return project(
        folder / "app", "demo:app", "0.1.0", {"demo:left": "1", "demo:right": "1"}, 100, index
    )


def locked(app: Path) -> dict[str, str]:
    table = tomllib.loads((app / "wrt-micro.lock").read_text())
    return {p["name"]: p["version"] for p in table["package"]}
