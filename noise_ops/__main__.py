"""`python -m noise_ops`, for where the console script is not on the path."""

import sys

from noise_ops.cli import main

sys.exit(main())
