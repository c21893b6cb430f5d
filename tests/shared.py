"""Where real data and published figures lie, when they lie beside the checkout.

They are no part of the project; tests that need them skip, with the reason printed.
"""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("KRING_SHARED") or CHECKOUT.parent / "shared")
