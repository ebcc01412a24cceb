"""Search a collection, write no masked file: ``python -m pipelines.search INPUT OUTPUT --key REF [Beam
options]``.
"""

import sys

from beam_phi.cli import main

if __name__ == "__main__":
    sys.exit(main(["search", *sys.argv[1:]]))
