# Runs cases as tests/device/runner.py does: run_cases.py FOLDER MODULE IMAGES ENGINE.

import sys

folder = sys.argv[1] if __name__ == "__main__" else __file__.replace("\\", "/").rsplit("/", 1)[0]
sys.path.insert(0, folder + "/../device")

import runner  # noqa: E402

Loader = runner.Loader


class WasiLoader(Loader):
    """Has a folder for files, too."""

    def __init__(self, images, engine):
        Loader.__init__(self, images, engine)
        self.folder = images + "/work"


if __name__ == "__main__":
    runner.FOLDER = folder
    runner.Loader = WasiLoader
    runner.main(*sys.argv[2:])
