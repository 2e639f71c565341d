"""`python -m dulcet` is the command `dulcet`."""

import sys

from dulcet.cli import main

sys.exit(main())
