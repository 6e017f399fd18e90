# Runs cases as tests/device/runner.py does: run_cases.py FOLDER MODULE IMAGES ENGINE.

import sys

folder = sys.argv[1]
sys.path.insert(0, folder + "/../device")

import runner  # noqa: E402

runner.FOLDER = folder
runner.main(*sys.argv[2:])
