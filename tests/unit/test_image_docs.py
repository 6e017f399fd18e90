"""The tables in docs/ are those of the code."""

from pathlib import Path

import pytest

from wrt_preflight.image import docs

FOLDER = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", docs.PAGES)
def test_tables_are_up_to_date(name):
    page = (FOLDER / name).read_text()
    assert page == docs.refresh(page), "run python -m wrt_preflight.image.docs docs"
    assert "<!-- table" in page


def test_every_table_is_shown():
    pages = "".join((FOLDER / name).read_text() for name in docs.PAGES)
    for name in docs.tables():
        assert f"<!-- table {name} -->" in pages


def test_a_changed_table_is_noticed():
    assert docs.refresh("<!-- table header -->\nold\n<!-- end -->").count("| `crc` |") == 1
    with pytest.raises(KeyError):
        docs.refresh("<!-- table nothing -->\n<!-- end -->")
