"""Names: every form of the specification is read and written back, every other one refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wrt_preflight.errors import ReadError
from wrt_preflight.names import (
    InterfaceName,
    PlainName,
    Version,
    best,
    check_attributes,
    clash,
    parse_extern,
    parse_interface,
    parse_package,
    parse_range,
    parse_version,
    satisfies,
)

PLAIN = """a a-b-c a1-2-3 A A-B-C A1-2-3 a11-w0rds A11-4CR0NYMS m1x3d-4CR0NYMS is-XML
    [constructor]a [method]a.b [static]is-XML.b-2""".split()
INTERFACES = """wasi:http/types wasi:http/types@1.0.0 a-b:c-d/e-f@123456.7890.488 a:b/c@0.0.0+abcd
    a:b/c@0.0.0+abcd-efg a:b/c@0.0.0-abcd+efg a:b/c@0.0.0-abcd.1.2+efg.4.ee.5
    ns-1-a:b-1-c/D-2 a:b/c@1.0.0--.0a""".split()
CANONICAL = "a:b/c@1 a:b/c@12 a:b/c@0.2 a:b/c@0.0.3 a:b/c@0.0.0".split()
NESTED = """foo:bar:baz/qux foo:bar/baz/qux ns:inner:pkg/iface/part@1.2.0 a:b:c:d/e/f/g@1
    a:b/C/d@0.0.0-x""".split()
WRONG = (
    """1 1-a a- a-- -a aBc a_b a.b 1:a/b wasi:http/TyPeS WaSi:http/types wasi:HtTp/types
    wasi/http wasi: wasi:/ :/ : / a: a:b a:/c a:b/ a:b// a:b/c/ :a/b a::b/c A:b/c 1:b/c ns-A:b/c
    ns:A/b ns:1/a ns:pkg-A/b a:b/c@ a:b/c@. a:b/c@1. a:b/c@a.2 a:b/c@2.b a:b/c@2.0x0 a:b/c@2.0.0+
    a:b/c@2.0.0- a:b/c@0 a:b/c@0.0 a:b/c@01 a:b/c@1.2 a:b/c@01.2.3 a:b/c@1.2.3-01 a:b/c@1.2.3.4
    a:b/c@1@2 a@1.0.0 a:b@1.0.0/c é [constructor] [constructor]1 [constructor]a.b [method]
    [method]a [method]a. [method].a [method]a.b.c [static] [static]a [static]a. [static].a
    [static]a.b.c
    [other]a [method]a:b/c ns:A:b/c ns:b/c/TyPe""".split()
    + ["", " a", "a b", "a\n", "a:b/c@1.0.0\n", "a:b/c@" + 5000 * "1", f"a:b/c@{5000 * '1'}.0.0"]
)


@pytest.mark.parametrize("name", PLAIN)
def test_plain(name):
    parsed = parse_extern(name)
    assert isinstance(parsed, PlainName)
    assert str(parsed) == name


@pytest.mark.parametrize("name", INTERFACES + CANONICAL)
def test_interface(name):
    parsed = parse_extern(name)
    assert isinstance(parsed, InterfaceName)
    assert str(parsed) == name
    assert not parsed.package.is_nested


@pytest.mark.parametrize("name", NESTED)
def test_nested_namespace(name):
    parsed = parse_extern(name)
    assert isinstance(parsed, InterfaceName)
    assert str(parsed) == name
    assert parsed.package.is_nested


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name):
    with pytest.raises(ReadError):
        parse_extern(name)


def test_nested_namespace_parts():
    parsed = parse_interface("ns:inner:pkg/iface/part@1.2.0")
    assert parsed.package.namespaces == ("ns", "inner")
    assert (parsed.package.package, parsed.package.nested) == ("pkg", ("iface",))
    assert str(parsed.package) == "ns:inner:pkg/iface@1.2.0"
    assert (parsed.interface, str(parsed.version)) == ("part", "1.2.0")
    assert str(parse_package("ns:inner:pkg/iface@1.2.0")) == "ns:inner:pkg/iface@1.2.0"


@pytest.mark.parametrize("name", ["demo", "demo:", ":kit", "demo:Kit", "demo:kit@1", "a:b//c", ""])
def test_wrong_package(name):
    with pytest.raises(ReadError):
        parse_package(name)


def test_messages_name_the_part():
    with pytest.raises(ReadError, match='"wasi:http/TyPeS" is not valid: .* found "TyPeS"'):
        parse_extern("wasi:http/TyPeS")
    with pytest.raises(ReadError, match='expected a version such as 1.2.3 .* found "1.2"'):
        parse_extern("a:b/c@1.2")


# Strongly-unique names: the two sets of Explainer.md

UNIQUE = [
    "foo",
    "foo-bar",
    "[constructor]foo",
    "[method]foo.bar",
    "[static]foo.baz",
    "foo:bar/baz",
]
NOT_UNIQUE = """foo FOO foo-BAR [constructor]FOO [method]foo.BAR [static]foo.bar [method]foo.baz
    [method]foo.foo [static]foo-BAR.FOO-bar foo:bar/BAZ""".split()


def test_strongly_unique():
    assert clash(UNIQUE) is None
    for name in NOT_UNIQUE:
        assert clash([*UNIQUE, name])[0] == name
    assert clash(["a", "B", "A"]) == ("A", "a")


# Versions

ORDER = """0.0.0-0 0.0.0 0.0.1 0.1.0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta
    1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.10.0 2.0.0-0""".split()


def test_precedence():
    versions = [parse_version(text) for text in ORDER]
    assert sorted(reversed(versions)) == versions
    assert [str(version) for version in versions] == ORDER


@pytest.mark.parametrize(
    "text, canonical, suffix",
    [
        ("1.2.3", "1", ".2.3"),
        ("0.2.6-rc.1", "0.2", ".6-rc.1"),
        ("0.0.1-alpha", "0.0.1", "-alpha"),
        ("0.0.0+x", "0.0.0", "+x"),
        ("10.0.0", "10", ".0.0"),
    ],
)
def test_canonical_version(text, canonical, suffix):
    version = parse_version(text)
    assert (version.canonical, version.suffix) == (canonical, suffix)
    name = parse_interface(f"a:b/c@{canonical}").with_suffix(suffix)
    assert name.version == version
    assert name.track == canonical


@given(st.tuples(*[st.integers(0, 3)] * 3), st.tuples(*[st.integers(0, 3)] * 3))
def test_compatible_versions_share_what_is_canonical(a, b):
    provided, wanted = Version(*a), Version(*b)
    names = [parse_interface(f"a:b/c@{version}") for version in (provided, wanted)]
    expected = provided.canonical == wanted.canonical and a >= b
    assert satisfies(*names) is expected


@pytest.mark.parametrize(
    "provided, wanted, fits",
    [
        ("1.2.3", "1.2.0", True),
        ("1.2.0", "1.2.3", False),
        ("2.0.0", "1.2.0", False),
        ("0.2.6", "0.2.1", True),
        ("0.3.0", "0.2.1", False),
        ("0.0.2", "0.0.1", False),
        ("0.0.1", "0.0.1", True),
        ("1.3.0-rc.1", "1.2.0", False),
        ("1.3.0-rc.2", "1.3.0-rc.1", True),
        ("1.3.0-rc.1", "1.3.0-rc.2", False),
        ("1.3.0", "1.3.0-rc.1", True),
        ("1.4.0-rc.1", "1.3.0-rc.1", False),
        ("1.0.0-rc.1", "1.0.0-rc.1", True),
        ("1.2.3", "1", True),
        ("1", "1.2.3", True),
        ("1", "1", True),
        ("0.2", "0.3", False),
        ("", "", True),
        ("", "1.0.0", False),
        ("1.0.0", "", False),
    ],
)
def test_satisfies(provided, wanted, fits):
    name = "demo:inner:kit/part/clock"
    made = [parse_interface(f"{name}@{text}" if text else name) for text in (provided, wanted)]
    assert satisfies(*made) is fits
    assert not satisfies(parse_interface("demo:kit/other"), made[1])


def test_best_provider():
    names = [parse_interface(f"a:b/c@{v}") for v in ("1.2.0", "1.10.0", "1.9.0", "2.0.0")]
    assert str(best(names, parse_interface("a:b/c@1.1.0"))) == "a:b/c@1.10.0"
    assert str(best(names, parse_interface("a:b/c@1.9.0"))) == "a:b/c@1.9.0"
    assert best(names, parse_interface("a:b/c@3.0.0")) is None


# Ranges

FITS = {
    "1.2": ("1.2.0 1.2.3 1.9.0", "1.1.9 2.0.0 1.3.0-rc.1"),
    "^1.2.3": ("1.2.3 1.3.0", "1.2.2 2.0.0"),
    "0.2": ("0.2.0 0.2.9", "0.3.0 0.1.9"),
    "0.0.3": ("0.0.3", "0.0.4 0.0.2"),
    "0": ("0.0.0 0.9.0", "1.0.0"),
    "0.0": ("0.0.0 0.0.9", "0.1.0"),
    "~1.2.3": ("1.2.3 1.2.9", "1.3.0 1.2.2"),
    "~1": ("1.0.0 1.9.0", "2.0.0"),
    "=1.2.3": ("1.2.3", "1.2.4 1.2.2"),
    "=1.2": ("1.2.0 1.2.9", "1.3.0"),
    ">=1.0, <1.5": ("1.0.0 1.4.9", "1.5.0 0.9.0"),
    ">1.0.0, <=1.5.0": ("1.0.1 1.5.0", "1.0.0 1.5.1"),
    "*": ("0.0.0 9.0.0", "1.0.0-rc.1"),
    "1.0.0-rc.2": ("1.0.0-rc.2 1.0.0-rc.10 1.0.0 1.5.0", "1.0.0-rc.1 1.1.0-rc.3"),
}


@pytest.mark.parametrize("text", FITS)
def test_range(text):
    fits, others = FITS[text]
    made = parse_range(text)
    assert all(parse_version(version) in made for version in fits.split())
    assert not any(parse_version(version) in made for version in others.split())
    assert str(made) == text


@pytest.mark.parametrize("text", ["", "x", "1.2.3.4", "^^1", "1 2", "1.x", ">=", "1,", "01.2"])
def test_wrong_range(text):
    with pytest.raises(ReadError):
        parse_range(text)


# Attributes

CORRECT = [
    ("primary", "instance", "wasi:keyvalue/store", None),
    ("primary", "instance", "w:kv/s@1.0.0", None),
    ("a:b/c@1", "instance", None, ".2.3"),
    ("a:b/c@0.2", "func", None, ".6-rc.1"),
    ("a:b/c@0.0.1", "instance", None, "-alpha"),
    ("a:b/c@0.0.1", "instance", None, ""),
    ("a:inner:b/c/d@1", "instance", None, ".0.0+build"),
]
INCORRECT = [
    ("a", "func", "a:b/c", None),
    ("a1:b/c", "instance", "a2:b/c", None),
    ("a", "instance", "not-valid", None),
    ("a", "instance", "", None),
    ("a", "instance", None, ".2.3"),
    ("a:b/c", "instance", None, ".2.3"),
    ("a:b/c@1.0.0", "instance", None, ""),
    ("a:b/c@1", "instance", None, ".2"),
    ("a:b/c@1", "instance", None, ""),
    ("a:b/c@0.2", "instance", None, ".06"),
    ("a:b/c@1", "instance", None, ".2.3 "),
]


@pytest.mark.parametrize("name, sort, implements, suffix", CORRECT)
def test_attributes(name, sort, implements, suffix):
    parsed = check_attributes(name, sort, implements, suffix)
    assert suffix is None or str(parsed) == name + suffix


@pytest.mark.parametrize("name, sort, implements, suffix", INCORRECT)
def test_wrong_attributes(name, sort, implements, suffix):
    with pytest.raises(ReadError):
        check_attributes(name, sort, implements, suffix)


@given(st.text(st.sampled_from("aA1-:/@.+[]cdmst0 é"), max_size=24))
def test_any_text_is_a_name_or_an_error(text):
    for parse in (parse_extern, parse_interface, parse_package, parse_version, parse_range):
        try:
            parsed = parse(text)
        except ReadError as error:
            assert error.message
        else:
            assert str(parsed) == text.strip() if parse is parse_range else str(parsed) == text
