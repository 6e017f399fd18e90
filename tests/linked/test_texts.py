"""Messages are read from a file when they are needed, and say what they said."""

from __future__ import annotations

import ast

import pytest

from linked.programs import outcome, statements, written
from wrt_preflight.linked.texts import READER, Texts, take_texts

LONG = "a table of messages, which is longer than forty characters;"
CASES = [
    "raise ValueError('a long message')",
    "raise ValueError('short')",
    "raise ValueError('what %s is, 100%% of it' % x)",
    "raise ValueError('what %s and %r are' % (x, y))",
    "raise ValueError('what %(a)s is there' % {'a': x})",
    "raise ValueError('a message of two\\nlines, with \\u00e4')",
    "raise ValueError(f'the number {x} of {y!r}: {x:04d}')",
    "raise ValueError('a message that is ' + 'in two parts' + say(' said'))",
    "raise Mine('a message, and more', detail='something else')",
    "raise Mine(x and 'a message if there is one' or 'another message')",
    "error = Mine('kept for later on')\nout('before it is raised')\nraise error",
    "error = Mine(1)\nerror.message = 'another message'\nout(error.message)",
    "out(str(Mine('an argument that is long')))",
    "try:\n    raise KeyError('a long message')\nexcept KeyError as error:\n    out(error.args)\n"
    "raise ValueError('another message') from None",
    "out(TABLE.split(';'), 'a long text that is none')",
    "raise ValueError(TABLE)",
    "raise ValueError({'a long key of a table': 5}['a long key of a table'])",
    "raise ValueError(b'bytes that are long')",
    "out(BOTH, ALSO, TWICE)",
    "out([TABLE[0] for _ in (1, 2)])",
]
HEAD = f"""
TABLE = {LONG!r}
BOTH = ALSO = {LONG + " twice"!r}
TWICE = {LONG + " first"!r}
TWICE = {LONG + " second"!r}
class Mine(Exception):
    def __init__(self, message, detail=None):
        self.message = message
        Exception.__init__(self, message, detail)
def say(x):
    out(x)
    return x
"""


def linked(source: str, folder) -> list[tuple]:
    """What a program tells with its messages in a file."""
    texts = Texts()
    body = take_texts(statements(source), texts)
    folder.joinpath("program.txt").write_bytes(texts.data)
    made = ast.unparse(ast.parse(READER)) + "\n" + written(body)
    return outcome(made, __file__=str(folder / "program.mpy"))


@pytest.mark.parametrize("lines", CASES)
def test_a_program_says_what_it_said(tmp_path, lines):
    indented = lines.replace("\n", "\n    ")
    source = f"{HEAD}\ndef main(x, y):\n    {indented}\nmain(7, 'seven')"
    assert linked(source, tmp_path) == outcome(source) != []


def test_messages_are_not_in_the_program():
    texts = Texts()
    source = f"{HEAD}\ndef main():\n    raise Mine('a long message')\n    out(TABLE)"
    made = written(take_texts(statements(source), texts))
    assert "a long message" not in made and LONG + "'" not in made
    assert b"a long message\n" in texts.data


def test_without_its_file_a_message_has_a_number(tmp_path):
    source = "def main():\n    raise ValueError('what %s is now' % 5)\nmain()"
    texts = Texts()
    made = READER + written(take_texts(statements(source), texts))
    ((kind, message),) = outcome(made, __file__=str(tmp_path / "none.mpy"))
    assert (kind, message) == ("ValueError", "message 0, which is not there to be read: 5")


def test_one_message_is_there_once():
    texts = Texts()
    source = "def main():\n    raise ValueError('a message')\n    raise ValueError('a message')"
    take_texts(statements(source.replace("a message", "the same message")), texts)
    assert texts.data == b"the same message\n"
