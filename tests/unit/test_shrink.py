"""Constants put where they are used: what is replaced, and what must not be."""

import ast
from pathlib import Path

import pytest

from wrt_preflight.shrink import KEPT, shrink

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "wrt_micro"


def shrunk(**sources):
    return shrink({f"{name}.py": text for name, text in sources.items()})


def run(files, module, **names):
    """The names of a module, whose imports of the package are those of `names`."""
    scope = dict(names)
    exec(files[f"{module}.py"], scope)
    return scope


def test_constants_of_all_shapes_are_numbers():
    text = "A = 1 << 3\nB, C = A | 1, -2\nD = ~A\ndef f(x):\n    return A, B, C, D, x + B\n"
    files = shrunk(a=text)
    assert ast.unparse(ast.parse(files["a.py"])) == ("def f(x):\n    return (8, 9, -2, -9, x + 9)")


def test_constants_cross_modules_in_any_order():
    files = shrunk(a="from .b import X\nY = X + 1\ndef f(): return X, Y\n", b="X = 4\n")
    assert run(files, "a")["f"]() == (4, 5)
    assert "import" not in files["a.py"]
    assert files["b.py"].strip() == ""


def test_other_imports_stay():
    files = shrunk(
        a="from .b import (\n    X,\n    g,\n)\nfrom struct import pack\nvalue = g(X)\n",
        b="X = 4\ndef g(x): return x\n",
    )
    assert ast.unparse(ast.parse(files["a.py"])) == (
        "from .b import g\nfrom struct import pack\nvalue = g(4)"
    )


def test_attributes_of_modules_are_numbers_too():
    files = shrunk(a="from . import b\ndef f(): return b.X, b.g()\n", b="X = 4\ndef g(): pass\n")
    assert "return 4, b.g()" in files["a.py"]


def test_imports_inside_functions():
    text = "def f():\n    from .b import X, g\n    return X\ndef h():\n    from .b import X\n"
    files = shrunk(a=text, b="X = 4\ndef g(): pass\n")
    assert "from .b import g" in files["a.py"] and "return 4" in files["a.py"]
    ast.parse(files["a.py"])


@pytest.mark.parametrize(
    "text",
    [
        "X = 1\nX = 2\ndef f(): return X\n",
        "X = 1\ndef g():\n    global X\n    X = 3\ndef f(): return X\n",
        "X = 1\nX += 1\ndef f(): return X\n",
        "X = 1\nfor X in (2, 3): pass\ndef f(): return X\n",
        "X = 1.5\ndef f(): return X\n",
        "X = True\ndef f(): return X\n",
        "X = 1\ndef f(X=5): return X\n",
        "X = 1\ndef f():\n    X = 7\n    return X\n",
        "X = 1\ndef f(): return [X for X in (3, 4)]\n",
        "X = 1\nf = lambda X=9: X\n",
        "X = 1\nclass C:\n    X = 3\n    def m(self): return self.X\nf = lambda: C().m()\n",
        "X = 1\ndef f():\n    X = 2\n    def g(): return X\n    return g()\n",
        "X = 1\ndef f(a=X): return a\n",
        "try:\n    X = 1\nexcept NameError:\n    X = 2\ndef f(): return X\n",
        "X = Y = 3\ndef f(): return X + Y\n",
        "X, (Y, Z) = 1, (2, 3)\ndef f(): return X, Y, Z\n",
    ],
)
def test_names_that_are_bound_otherwise_keep_their_meaning(text):
    before, after = {}, {}
    exec(text, before)
    exec(shrunk(a=text)["a.py"], after)
    for scope in (before, after):
        scope.get("g", lambda: None)()
    assert before["f"]() == after["f"]()


def test_lines_stay_where_they_are():
    sources = {p.relative_to(RUNTIME).as_posix(): p.read_text() for p in _written()}
    for path, text in shrink(sources).items():
        assert text.count("\n") == sources[path].count("\n")
        assert _lines(sources[path]) == _lines(text), path


def test_the_runtime_gets_smaller_and_keeps_what_is_asked_for():
    sources = {p.relative_to(RUNTIME).as_posix(): p.read_text() for p in _written()}
    files = shrink(sources)
    assert set().union(*map(_names, files.values())) >= KEPT
    assert not _names(files["component/plan.py"]) & {"NONE", "LIFT_BYTES", "STRING"}
    assert "__all__" not in files["__init__.py"]


def test_scripts_find_the_constants_that_they_import():
    """Everything that device scripts of this repository import by name is still there."""
    sources = {p.relative_to(RUNTIME).as_posix(): p.read_text() for p in _written()}
    files = shrink(sources)
    for folder in ("tools/wrt_preflight/wast", "tools/wrt_preflight/call", "tests", "examples"):
        for path in ROOT.joinpath(folder).rglob("*.py"):
            if not path.name.startswith(("device", "cases_", "host")):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "wrt_micro."
                ):
                    module = node.module.removeprefix("wrt_micro.").replace(".", "/")
                    text = files.get(f"{module}.py") or files.get(f"{module}/__init__.py")
                    wanted = {alias.name for alias in node.names}
                    wanted -= {name for name in wanted if f"{module}/{name}.py" in files}
                    assert wanted <= _names(text), (path, wanted - _names(text))


def _lines(text):
    """Where functions, classes, returns and raises are."""
    kinds = ast.FunctionDef | ast.ClassDef | ast.Return | ast.Raise
    return [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]


def _written():
    """The sources that people write: not the generated engines."""
    forms = ("viper64", "viper32", "viper32s", "portable")
    return [p for p in sorted(RUNTIME.rglob("*.py")) if p.parent.name not in forms]


def _names(text):
    """What a module defines or imports at its top."""
    scope = set()
    for statement in ast.walk(ast.parse(text)):
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            scope.add(statement.name)
        elif isinstance(statement, ast.ImportFrom):
            scope |= {alias.asname or alias.name for alias in statement.names}
        elif isinstance(statement, ast.Name) and isinstance(statement.ctx, ast.Store):
            scope.add(statement.id)
    return scope


def test_numbers_of_a_range():
    files = shrunk(a="A, B, C = range(7, 10)\ndef f(): return A, B, C\n")
    assert "return 7, 8, 9" in files["a.py"] and "range" not in files["a.py"]
