"""A project with everything it depends on: from its files to the parts of one component."""

from __future__ import annotations

import difflib
import os
from dataclasses import replace
from pathlib import Path

from .. import validate
from ..errors import LinkError, PreflightError, UsageError
from ..names import parse_version
from ..wit import check_world, encode_wit, is_wit_package
from .fetch import VENDOR, Fetcher
from .index import Index, open_index
from .lock import Lock, lock_file, read_lock
from .project import PROJECT_FILE, Project, read_project
from .resolve import Release, Requirement, UnknownPackage, provider, resolve

Source = tuple[str, bytes, bool]


class Workspace:
    """offline: no network. Raises what reading project files raises."""

    def __init__(self, project: Project, offline: bool = False) -> None:
        self.project = project
        self.offline = offline
        self.fetcher = Fetcher(project.folder / VENDOR, offline)
        self.folders: dict[str, Project] = {}
        self.lock_path = lock_file(project.file)
        self._known: dict[tuple[str, str], list[Release]] = {}
        self._add_folders(project, [project])
        self.root = self._folder_release(project)

    # Folders

    def _add_folders(self, project: Project, path: list[Project]) -> None:
        """Notes the projects in folders that a project depends on, and those that they do."""
        for requirement in project.dependencies:
            if requirement.path is None:
                continue
            found = read_project(_project_file(requirement, project))
            name = found.name.unversioned
            if name != requirement.name:
                raise LinkError(
                    f"expected the package {requirement.name}, found {name}",
                    file=str(found.file),
                    hint=f"wanted by {project.file}",
                )
            known = self.folders.get(name)
            if known and known.file.resolve() != found.file.resolve():
                raise LinkError(
                    f"{name} is in two folders: {known.folder} and {found.folder}",
                    file=str(project.file),
                )
            circle = [p.file.resolve() for p in path]
            if found.file.resolve() in circle:
                chain = [*path[circle.index(found.file.resolve()) :], found]
                raise LinkError(
                    "packages depend on each other in a circle: "
                    + " -> ".join(f"{p.name.unversioned} {p.name.version}" for p in chain),
                    hint="move what both need into a package of its own",
                )
            if not known:
                self.folders[name] = found
                self._add_folders(found, [*path, found])

    def _folder_release(self, project: Project) -> Release:
        kind = "component" if project.component or not project.wit else "wit"
        version = project.name.version or parse_version("0.0.0")
        folder = str(project.folder.resolve())
        wants = tuple(replace(r, index=r.index or project.index) for r in project.dependencies)
        return Release(project.name.unversioned, version, kind, folder, dependencies=wants)

    # Versions

    def releases(self, requirement: Requirement) -> list[Release]:
        """All versions of a package. Raises LinkError if no index has it."""
        name = requirement.name
        location = requirement.index or self.project.index
        key = name, location or ""
        if key not in self._known:
            self._known[key] = self._find(name, location)
        return self._known[key]

    def _find(self, name: str, location: str | None) -> list[Release]:
        if name in self.folders:
            return [self._folder_release(self.folders[name])]
        if location is None:
            raise UnknownPackage(
                f"no index is there to look for {name}",
                file=str(self.project.file),
                hint='index = "FOLDER or URL" in [package], or a dependency with a path',
            )
        index = open_index(location, self.fetcher.cache, self.offline)
        found = index.releases(name)
        if found is None:
            hint = _suggestion(name, index)
            raise UnknownPackage(f"no package {name} is in {location}", hint=hint)
        return found

    def resolved(self, keep: Lock | None) -> Lock:
        """Choose versions; those of `keep` where they fit. Raises LinkError."""
        try:
            return Lock(tuple(resolve(self.root, self.releases, _versions(keep))))
        except PreflightError as error:
            error.file = error.file or str(self.project.file)
            raise

    def kept(self) -> Lock | None:
        """The lock file as it is, or None if there is none. Raises ReadError."""
        return read_lock(self.lock_path)

    def locked(self) -> Lock | None:
        """The lock file, if it has what the project wants now, else None. Raises ReadError."""
        lock = self.kept()
        if lock is None:
            return None

        def releases(requirement: Requirement) -> list[Release]:
            if requirement.name in self.folders:
                return [self._folder_release(self.folders[requirement.name])]
            return [r for r in lock.releases if r.name == requirement.name and r.sha256]

        try:
            found = resolve(self.root, releases, lock.versions)
        except LinkError:
            return None
        same = {_identity(r) for r in found} == {_identity(r) for r in lock.releases}
        indexes = {_place(r.index) for r in self._wanted() if r.index}
        known = all(_place(r.source) in indexes for r in lock.releases if r.sha256)
        return lock if same and known else None

    def _wanted(self) -> list[Requirement]:
        """What this project and those in folders want."""
        projects = (self.project, *self.folders.values())
        return [r for project in projects for r in self._folder_release(project).dependencies]

    # Bytes

    def data_of(self, release: Release) -> Source:
        """(name, bytes, whether they were text) of a package. Raises PreflightError."""
        project = self.project if release is self.root else self.folders.get(release.name)
        if project is None or release.sha256 is not None:
            return str(release), self.fetcher.fetch(release), False
        if release.kind == "wit":
            return str(release), encode_wit(project.wit), False
        if project.component is None:
            raise UsageError(
                'has neither component = "..." nor wit = "..." in [package]',
                file=str(project.file),
            )
        try:
            data = project.component.read_bytes()
        except OSError as error:
            raise UsageError(
                f"cannot be read: {error.strerror}", file=str(project.component)
            ) from None
        binary = validate.to_binary(data, str(project.component))
        if project.world and project.wit:
            check_world(binary, project.wit, project.world, str(project.component))
        return str(project.component), binary, binary is not data

    def parts(self, lock: Lock) -> list[Source]:
        """What is composed: the project's component, then those of what it depends on."""
        roots = [self.root] if self.project.component else []
        dependencies = [r for r in self.ordered(lock) if r.kind == "component"]
        if not roots and not dependencies:
            raise UsageError(
                'has no component: name it with component = "..." in [package]',
                file=str(self.project.file),
            )
        return [self.data_of(release) for release in (*roots, *dependencies)]

    def wit_packages(self, lock: Lock) -> list[tuple[Release, bytes]]:
        """The WIT packages among what the project depends on."""
        return [(r, self.data_of(r)[1]) for r in lock.releases if r.kind == "wit"]

    def ordered(self, lock: Lock) -> list[Release]:
        """All that was locked, what the project wants itself first, each once."""
        found: list[Release] = []
        agenda = list(self.root.dependencies)
        while agenda:
            release = provider(agenda.pop(0), lock.releases)
            if release not in found:
                found.append(release)
                agenda += release.dependencies
        return found


def kind_of(data: bytes) -> str:
    """ "wit" of a WIT package in its binary form, else "component"."""
    return "wit" if is_wit_package(data) else "component"


def _place(location: str) -> str:
    return location.rstrip("/") if "://" in location else os.path.abspath(location)


def _identity(release: Release) -> tuple:
    wants = tuple((r.name, str(r.range)) for r in release.dependencies)
    return release.name, release.version, release.sha256, wants


def _versions(lock: Lock | None) -> frozenset:
    return lock.versions if lock else frozenset()


def _project_file(requirement: Requirement, project: Project) -> Path:
    path = requirement.path
    file = path / PROJECT_FILE
    if not file.is_file():
        raise LinkError(
            f"no {PROJECT_FILE} is in the folder of {requirement.name}",
            file=str(path),
            hint=f"wanted by {project.file}",
        )
    return file


def _suggestion(name: str, index: Index) -> str | None:
    names = index.names()
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are {', '.join(names[:8])}" if names else None
