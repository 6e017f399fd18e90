"""Names of a package's modules by their paths, and what imports in them name."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath


def module_name(path: str) -> str:
    """ "component/app.py" is "component.app"; the package's own __init__.py is ""."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_name(path: str) -> str:
    """The package that a module's relative imports begin at."""
    name = module_name(path)
    return name if PurePosixPath(path).name == "__init__.py" else name.rpartition(".")[0]


def imported_module(package: str, node: ast.ImportFrom) -> str | None:
    """The module of the package that a statement in it imports from, or None."""
    if not node.level:
        return None
    parts = [part for part in package.split(".") if part]
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, *filter(None, (node.module or "").split("."))])
