"""Mask a collection: ``python -m pipelines.mask INPUT OUTPUT --key REF [--library NAME] [Beam options]``."""

import sys

from beam_phi.cli import main

if __name__ == "__main__":
    sys.exit(main(["mask", *sys.argv[1:]]))
