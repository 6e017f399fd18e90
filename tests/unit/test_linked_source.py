"""Sources of linked modules, and what of a program stays because others import it."""

from __future__ import annotations

import ast

from wrt_preflight.linked import public
from wrt_preflight.linked.fold import Facts, fold
from wrt_preflight.linked.source import source_of
from wrt_preflight.linked.texts import Texts, take_texts

LONG = "a text that is longer than forty characters, as tables of messages are"


def test_values_for_two_or_three_variables_stand_without_parentheses():
    text = "a, b = (c, (d, e))\nx.a, x[0], y = ((1, 'ü(2)'), f(), 3)\n"
    made = source_of(ast.parse(text))
    assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(text))
    first, second = made.splitlines()
    assert first.replace(" ", "") == "a,b=c,(d,e)"
    assert second.replace(" ", "") == "x.a,x[0],y=(1,'ü(2)'),f(),3"


def test_other_tuples_stay_in_parentheses():
    for text in ("a = (b, c)", "a, b = c = (d, e)", "a, b, c, d = (1, 2, 3, 4)"):
        assert "= (" in source_of(ast.parse(text)), text


def test_an_assignment_in_a_function_keeps_its_place():
    text = "def f(a, b):\n    if a:\n        a, b = (b, a)\n    return (a, b)\n"
    made = source_of(ast.parse(text))
    names: dict = {}
    exec(made, names)
    assert names["f"](1, 2) == (2, 1) and "(b, a)" not in made


def test_constants_that_others_import_stay():
    body = ast.parse("A, B = 1, 2\nC = 3\nprint(A + C)").body
    made = [ast.unparse(node) for node in fold(body, Facts(), {"B"})]
    assert made == ["(A, B) = (1, 2)", "print(4)"] or made == ["A, B = (1, 2)", "print(4)"]


def test_texts_that_others_import_stay():
    body = ast.parse(f"A = {LONG!r}\nB = {LONG!r}\nraise ValueError(A)").body
    made = [ast.unparse(node) for node in take_texts(body, Texts(), {"B"})]
    assert made == [f"B = {LONG!r}", "raise ValueError(read_text(0))"]


def test_attributes_of_coroutines_are_none_of_ours():
    assert {"throw", "send", "close"} <= public.foreign()
