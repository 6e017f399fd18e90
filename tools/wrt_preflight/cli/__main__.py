"""`python -m wrt_preflight.cli` is `wrt-micro`."""

import sys

from . import main

sys.exit(main())
