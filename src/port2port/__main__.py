"""`python -m port2port`. A process that it starts to share work reads this file too, and needs nothing of it."""

import sys

if __name__ == "__main__":
    from port2port.config.cli import main

    sys.exit(main())
