"""``python -m beam_phi``."""

import sys

from beam_phi.cli import main

sys.exit(main())
