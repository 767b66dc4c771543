"""`python -m cluster_engine`: labs, runs and experiments from a shell."""

import sys

from cluster_engine.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
