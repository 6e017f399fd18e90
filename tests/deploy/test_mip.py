"""The runtime as packages: package.json, what make dist makes, and manifest.py for freezing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.programs import FAC
from wrt_preflight import __version__, mip, pipeline
from wrt_preflight.lower import LowerOptions

ROOT = Path(__file__).parents[2]
LOAD = 'import wrt_micro; print(wrt_micro.load("fac.wrt").fac(5), wrt_micro.__file__)'


def test_package_json_is_what_the_files_are(tmp_path):
    mip.main([str(tmp_path / "package.json")])
    made = (tmp_path / "package.json").read_text()
    assert (ROOT / "package.json").read_text() == made, "out of date: make generate"
    package = json.loads(made)
    assert package["version"] == __version__
    assert all((ROOT / source).is_file() for _, source in package["urls"])


@pytest.fixture
def image(board) -> None:
    """An image on the board."""
    built = pipeline.build(pipeline.read_input(str(FAC)), LowerOptions())
    (board.folder / "fac.wrt").write_bytes(built.image.data)
    (board.folder / "lib").mkdir()


@pytest.mark.micropython
def test_mpremote_installs_the_sources(board, image):
    output = board.run("", "mip", "install", "--target", "lib", str(ROOT / "package.json"))
    assert output.endswith("Done\n")
    assert board.run(LOAD) == "120 lib/wrt_micro/__init__.py\n"


@pytest.mark.micropython
def test_mpremote_installs_what_make_dist_makes(board, image, micropython, tmp_path, monkeypatch):
    if micropython.arch != "x64":
        pytest.skip(f"there is no package for this MicroPython: {micropython}")
    monkeypatch.setattr(mip, "ARCHITECTURES", ("x64", "armv6m"))
    folders = list(mip.write_packages(tmp_path / "dist"))
    assert [folder.name for folder in folders] == ["x64_6.3", "armv6m_6.3"]
    board.run("", "mip", "install", "--target", "lib", str(folders[0] / "package.json"))
    assert board.run(LOAD) == "120 lib/wrt_micro/__init__.mpy\n"
    code = 'import wrt_micro; print(wrt_micro.load("fac.wrt", engine="interp").fac(6))'
    assert board.run(code) == "720\n"
    assert (folders[1] / "wrt_micro/engine/viper32s/loop.mpy").exists()
    assert not (folders[1] / "wrt_micro/engine/viper64").exists()


def test_the_manifest_freezes_the_runtime_with_the_engines_asked_for(tmp_path):
    """With MicroPython's own manifestfile.py, from the checkout that WRT_MICROPYTHON names."""
    checkout = os.environ.get("WRT_MICROPYTHON")
    if not checkout:
        pytest.skip("set WRT_MICROPYTHON to a checkout of MicroPython, for tools/manifestfile.py")
    script = """
import sys
sys.path.insert(0, sys.argv[1] + "/tools")
import manifestfile
manifest = manifestfile.ManifestFile(manifestfile.MODE_FREEZE, {"MPY_DIR": sys.argv[1]})
manifest.execute(sys.argv[2])
print(manifest.metadata().version)
for file in manifest.files():
    print(file.target_path)
"""
    for options, engines in ((', engine="viper32s"', {"viper32s"}), ("", {"viper32", "viper32s"})):
        path = tmp_path / "board.py"
        path.write_text(f"include({str(ROOT / 'manifest.py')!r}{options})\n")
        done = subprocess.run(
            [sys.executable, "-c", script, checkout, str(path)], capture_output=True, text=True
        )
        assert done.stderr == ""
        version, *files = done.stdout.splitlines()
        assert version == __version__
        found = {
            name.split("/")[2] for name in files if name.count("/") > 2 and "/engine/" in name
        }
        assert found == engines
        shipped = {name for name in files if "/engine/viper" not in name}
        known = {name for name, _ in mip.root_package()["urls"]}
        assert shipped == {name for name in known if "/engine/portable/" not in name}
