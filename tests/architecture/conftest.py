"""Let the tests of the architecture share how they read the source."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
