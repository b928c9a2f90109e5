"""``python -m dockproxy``."""

import sys

from dockproxy.cli.main import main

sys.exit(main(sys.argv[1:]))
