"""Boards: what a program finds on each, from the TOML files in `boards/`.

A user's own board is a TOML file too, given by its path. docs/boards.md shows all of them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import metadata
from pathlib import Path, PurePosixPath

from .errors import UsageError
from .lower import LowerOptions
from .mpy_compile import INTERPRETERS
from .native import ARCHITECTURES, made_for, runs_on

ENDING = ".toml"
_INSTALLED = "share/wrt-micro/boards"  # where a wheel puts them, see pyproject.toml

# Keys of [limits]: the field of LowerOptions that each is the default of on this board.
LIMITS = {
    "stack": "default_stack",
    "memory-reserve": "memory_reserve",
    "table-reserve": "table_reserve",
    "exceptions": "exceptions",
}
_TEXTS = ("name", "mcu", "arch", "object_representation", "machine_code")
_NUMBERS = (
    *("word_bits", "float_bits", "flash", "files", "romfs"),
    *("heap", "in_use", "largest_block"),
)
_CHOICES = {
    "arch": tuple(sorted(INTERPRETERS)),
    "word_bits": (32, 64),
    "float_bits": (0, 32, 64),
    "object_representation": ("A", "B", "C", "D"),
    "machine_code": ("heap", "apart"),
}


@dataclass(frozen=True, slots=True)
class Board:
    """What a board has. All sizes in bytes.

    id: its name for --board. arch: mpy-cross's name of its machine code. native: the architecture
    that --engine native makes code for, which knows of an FPU; None: it makes none. flash: all of
    it; files: its file system; romfs: its ROMFS partition, 0 for none. heap: MicroPython's heap,
    without the collector's tables; in_use: what MicroPython has in it from the
    start; largest_block: the largest piece of the rest. machine_code: where native code goes,
    "heap" or "apart" from it. limits: defaults of fields of LowerOptions. source: where each fact
    is from.
    """

    id: str
    name: str
    mcu: str
    arch: str
    word_bits: int
    float_bits: int
    object_representation: str
    flash: int
    files: int
    romfs: int
    heap: int
    in_use: int
    largest_block: int
    machine_code: str
    limits: dict[str, int]
    source: dict[str, str]
    native: str | None

    @property
    def free(self) -> int:
        """Bytes of heap that a program may fill."""
        return self.heap - self.in_use

    @property
    def word(self) -> int:
        """Bytes of a machine word."""
        return self.word_bits // 8

    def lower_options(self, chosen: LowerOptions) -> LowerOptions:
        """The options of a user, with this board's defaults where the user chose nothing."""
        default = LowerOptions()
        fields = {name: getattr(chosen, name) for name in LowerOptions.__slots__}
        for name, value in self.limits.items():
            if fields[LIMITS[name]] == getattr(default, LIMITS[name]):
                fields[LIMITS[name]] = value
        return LowerOptions(**fields)


def find_board(name: str) -> Board:
    """The board of that name, or the one that a TOML file describes.

    Raises UsageError: no such board, with names that are close, or a file that describes none.
    """
    known = board_files()
    if name in known:
        return read_board(known[name])
    path = Path(name)
    if path.suffix == ENDING or path.is_file():
        return read_board(path)
    close = get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(close)}?" if close else f"there are: {', '.join(known)}."
    raise UsageError(
        f"no board is named {name!r}", hint=f"{hint} Your own board is a path, such as my{ENDING}"
    )


def boards() -> list[Board]:
    """All boards that wrt-micro knows, by name."""
    return [read_board(path) for path in board_files().values()]


@cache
def board_files() -> dict[str, Path]:
    """Name -> TOML file of each board: of the checkout, or as the package installed them."""
    checkout = Path(__file__).parents[2] / "boards"
    if checkout.is_dir():
        paths = list(checkout.glob("*" + ENDING))
    else:
        installed = metadata.files("wrt-micro") or ()
        paths = [
            Path(str(file.locate()))
            for file in installed
            if PurePosixPath(file).parent.as_posix().endswith(_INSTALLED)
        ]
    return {path.stem: path for path in sorted(paths)}


def read_board(path: Path) -> Board:
    """The board in a TOML file. Raises UsageError that names the key and what it must be."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is no TOML: {error}", file=str(path)) from None
    _check(data, path)
    return Board(id=path.stem, **{"native": made_for(data["arch"]), **data})


def _check(data: dict, path: Path) -> None:
    def wrong(key: str, wanted: str, found: object = None) -> UsageError:
        return UsageError(
            f"{key}: expected {wanted}, found {'nothing' if found is None else repr(found)}",
            file=str(path),
            hint="`wrt-micro boards pico --toml` prints a board that is right, to start from",
        )

    keys = [*_TEXTS, "native", *_NUMBERS, "limits", "source"]
    for key in keys:
        if key not in data and key != "native":
            raise wrong(key, "the key")
    for key in data:
        if key not in keys:
            raise wrong(key, f"one of the keys {', '.join(keys)}", key)
    for key in _TEXTS:
        if not isinstance(data[key], str) or not data[key]:
            raise wrong(key, "text", data[key])
    for key in _NUMBERS:
        if type(data[key]) is not int or data[key] < 0:
            raise wrong(key, "a number that is not negative", data[key])
    for key, choices in _CHOICES.items():
        if data[key] not in choices:
            raise wrong(key, f"one of {', '.join(map(str, choices))}", data[key])
    codes = [arch for arch in ARCHITECTURES if runs_on(data["arch"], arch)]
    if "native" in data and data["native"] not in codes:
        raise wrong("native", f"one of {', '.join(codes)}" if codes else "no key", data["native"])
    for table in ("limits", "source"):
        if not isinstance(data[table], dict):
            raise wrong(table, f"a table [{table}]", data[table])
    for key, value in data["limits"].items():
        if key not in LIMITS:
            raise wrong(f"limits.{key}", f"one of the keys {', '.join(LIMITS)}", key)
        if type(value) is not int or value < 0:
            raise wrong(f"limits.{key}", "a number that is not negative", value)
    for key in (*_TEXTS[1:], *(("native",) if "native" in data else ()), *_NUMBERS):
        if not isinstance(data["source"].get(key), str):
            raise wrong(f"source.{key}", f"text that says where {key} is from")
    if data["in_use"] + data["largest_block"] > data["heap"]:
        raise wrong("largest_block", "no more than heap less in_use", data["largest_block"])
