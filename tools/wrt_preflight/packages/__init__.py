"""Packages: a project file, an index of packages, versions chosen and locked, one image of all.

    wrt-micro.toml --resolve--> wrt-micro.lock --fetch, by hash--> components --compose--> image

A package is a component or a WIT package, by the name and version that WIT.md gives it.
"""

from .fetch import Fetcher
from .index import open_index
from .lock import Lock, read_lock, write_lock
from .project import PROJECT_FILE, Project, find_project, read_project
from .resolve import Release, Requirement, resolve
from .workspace import Workspace

__all__ = [
    "PROJECT_FILE",
    "Fetcher",
    "Lock",
    "Project",
    "Release",
    "Requirement",
    "Workspace",
    "find_project",
    "open_index",
    "read_lock",
    "read_project",
    "resolve",
    "write_lock",
]
