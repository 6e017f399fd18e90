"""The official test suite of WASI, on MicroPython.

The variable WRT_WASI_TESTSUITE names a checkout of its branch with the binaries:
git clone --branch prod/testsuite-all https://github.com/WebAssembly/wasi-testsuite
"""

from __future__ import annotations

import pytest

from wasi import suite

LINKS = "it makes symbolic or hard links, which MicroPython's file systems do not have"
TIMES = "it sets the times of files, which MicroPython cannot"
NETWORK = "wasi:sockets and wasi:http are not there"
# What cannot pass, and why; that it does not is part of the test.
CANNOT = {
    "rust/wasip1": {
        "dangling_symlink": LINKS,
        "fd_filestat_set": TIMES,
        "nofollow_errors": LINKS,
        "path_exists": LINKS,
        "path_filestat": TIMES,
        "path_link": LINKS,
        "path_symlink_trailing_slashes": LINKS,
        "readlink": LINKS,
        "symlink_create": LINKS,
        "symlink_filestat": LINKS,
        "symlink_loop": LINKS,
    },
    "rust/wasip3": {
        "filesystem-hard-links": LINKS,
        "filesystem-is-same-object": LINKS,
        "filesystem-metadata-hash": LINKS,
        "filesystem-mkdir-rmdir": LINKS,
        "filesystem-open-errors": LINKS,
        "filesystem-read-directory": LINKS,
        "filesystem-rename": LINKS,
        "filesystem-stat": LINKS,
        "filesystem-unlink-errors": LINKS,
    },
}
TESTS = suite.tests()


def reason_of(name: str) -> str | None:
    group, _, test = name.rpartition("/")
    if test.startswith(("http-", "sockets-")):
        return NETWORK
    return CANNOT.get(group, {}).get(test)


@pytest.mark.slow
@pytest.mark.micropython
@pytest.mark.skipif(not TESTS, reason="WRT_WASI_TESTSUITE names no copy of the suite")
@pytest.mark.parametrize("path", TESTS or [None], ids=lambda p: suite.name_of(p) if p else "none")
def test_official(micropython, path, tmp_path, request):
    reason = reason_of(suite.name_of(path))
    if reason:
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    assert suite.run(path, tmp_path) == ""
