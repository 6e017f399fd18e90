# Freezes wrt_micro into a firmware. In the manifest of a board:
#
#     include("/path/to/wrt-micro/manifest.py", engine="viper32s")
#
# engine: viper32 for Cortex-M3 and up, viper32s for Cortex-M0+, RISC-V and ESP, portable for any
# machine, or several with blanks between them. Left out, both of 32 bits are frozen.

import os

options.defaults(engine="viper32 viper32s")

metadata(
    version="0.1.0",
    description="Runs WebAssembly components that wrt-micro made into images",
    license="Apache-2.0",
)

_ENGINES = ("viper32", "viper32s", "viper64", "portable")


def _files():
    for folder, _, names in os.walk("wrt_micro"):
        parts = folder.split(os.sep)
        if parts[1:2] == ["engine"] and len(parts) > 2:
            if parts[2] in _ENGINES and parts[2] not in options.engine.split():
                continue
        for name in sorted(names):
            if name.endswith(".py"):
                yield "/".join([*parts[1:], name])


package("wrt_micro", files=sorted(_files()), opt=2)
