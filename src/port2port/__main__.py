"""`python -m port2port`."""

import sys

from port2port.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
