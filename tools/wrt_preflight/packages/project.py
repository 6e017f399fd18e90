"""The project file, wrt-micro.toml: read and checked, and edited without losing its comments."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import tomlkit

from ..errors import PreflightError, ReadError, UsageError
from ..names import PackageName, parse_package, parse_range
from .resolve import Requirement

PROJECT_FILE = "wrt-micro.toml"

# What each table of the file may have, and of which type.
KEYS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "package": {
        "name": str,
        "version": str,
        "component": str,
        "wit": str,
        "world": str,
        "index": str,
    },
    "build": {"output": str, "board": str, "engine": str, "all-exports": bool, "features": list},
    "limits": {},
    "dependencies": {},
}
DEPENDENCY_KEYS = {"version": str, "path": str, "index": str}


@dataclass(frozen=True, slots=True)
class Project:
    """A project file. name: with its version. component, wit: paths, or None.

    index: a folder or URL, None for none. build, limits: these tables as they are.
    """

    file: Path
    name: PackageName
    component: Path | None
    wit: Path | None
    world: str | None
    index: str | None
    dependencies: tuple[Requirement, ...]
    build: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.file.parent


def find_project(folder: Path) -> Path:
    """The project file in a folder. Raises UsageError if there is none."""
    path = folder / PROJECT_FILE
    if not path.is_file():
        raise UsageError(
            f"no {PROJECT_FILE} is in {folder}",
            hint="wrt-micro init NAME writes one; or give FILE",
        )
    return path


def read_project(path: Path) -> Project:
    """A project file. Raises UsageError, and ReadError with the key that is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(f"expected TOML: {error}", file=str(path)) from None
    return _Reader(path, table).project()


class _Reader:
    def __init__(self, path: Path, table: dict) -> None:
        self.path = path
        self.table = table

    def project(self) -> Project:
        for name, content in self.table.items():
            if name not in KEYS:
                self.fail(f"expected one of the tables {', '.join(KEYS)}, found [{name}]")
            if not isinstance(content, dict):
                self.fail(f"expected a table [{name}], found {content!r}")
            if KEYS[name]:
                self.check(f"[{name}]", content, KEYS[name])
        package = self.table.get("package", {})
        for key in ("name", "version"):
            if key not in package:
                self.fail(f'expected {key} = "..." in [package]')
        name = self.parsed(
            "name", lambda: parse_package(f"{package['name']}@{package['version']}")
        )
        if "world" in package and "wit" not in package:
            self.fail('world of [package]: expected wit = "...", where the world is')
        index = package.get("index")
        if index and "://" not in index:
            index = str(self.beside(index))
        return Project(
            self.path,
            name,
            self.beside(package.get("component")),
            self.beside(package.get("wit")),
            package.get("world"),
            index,
            tuple(self.dependency(*item) for item in self.table.get("dependencies", {}).items()),
            self.table.get("build", {}),
            self.table.get("limits", {}),
        )

    def dependency(self, name: str, given: object) -> Requirement:
        where = f'"{name}" of [dependencies]'
        package = self.parsed(where, lambda: parse_package(name))
        if package.version:
            self.fail(f'{where}: expected a name without version: "{package.unversioned}" = "..."')
        if isinstance(given, str):
            given = {"version": given}
        if not isinstance(given, dict):
            self.fail(f'{where}: expected a range of versions or {{ path = "..." }}')
        self.check(where, given, DEPENDENCY_KEYS)
        if "version" not in given and "path" not in given:
            self.fail(f"{where}: expected version or path")
        range_ = self.parsed(where, lambda: parse_range(given.get("version", "*")))
        index = given.get("index")
        if index and "://" not in index:
            index = str(self.beside(index))
        return Requirement(name, range_, self.beside(given.get("path")), index)

    def beside(self, path: str | None) -> Path | None:
        return None if path is None else Path(os.path.normpath(self.path.parent / path))

    def check(self, where: str, content: dict, keys: dict) -> None:
        for key, value in content.items():
            if key not in keys:
                self.fail(f"{where}: expected one of {', '.join(keys)}, found {key!r}")
            if not isinstance(value, keys[key]):
                self.fail(f"{where}: expected {key} to be a {keys[key].__name__}, found {value!r}")

    def parsed(self, where: str, parse):  # noqa: ANN001, ANN201 - whatever parse returns
        try:
            return parse()
        except PreflightError as error:
            self.fail(f"{where}: {error.message}", error.hint)

    def fail(self, message: str, hint: str | None = None) -> NoReturn:
        raise ReadError(message, file=str(self.path), hint=hint)


def with_dependency(path: Path, requirement: Requirement, given: str | dict) -> str:
    """The text of a project file with a dependency added or replaced; comments stay."""
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    if "dependencies" not in document:
        document["dependencies"] = tomlkit.table()
    value: object = given
    if isinstance(given, dict):
        value = tomlkit.inline_table()
        value.update(given)
    document["dependencies"][requirement.name] = value
    return tomlkit.dumps(document)


def new_project(name: PackageName, component: str) -> str:
    """The text of the project file of a new project."""
    document = tomlkit.document()
    package = tomlkit.table()
    package["name"] = name.unversioned
    package["version"] = str(name.version)
    package["component"] = component
    document["package"] = package
    document["dependencies"] = tomlkit.table()
    return tomlkit.dumps(document)
