"""The table of load()'s options has all of them."""

from wrt_micro.limits import DEFAULTS
from wrt_preflight.load_options import OPTIONS


def test_every_option_is_described():
    assert {name: default for name, _, default, _ in OPTIONS} == DEFAULTS
    assert all(unit and meaning for _, unit, _, meaning in OPTIONS)
