"""What collections go through, and what is given back."""

import subprocess
import sys

SETTLED = """\
import gc
from fullautoci import memory

kept = [[number] for number in range(50_000)]
looked_at = len(gc.get_objects())
memory.settle()
assert len(gc.get_objects()) < looked_at / 100, len(gc.get_objects())
ring = []
ring.append(ring)
del ring
assert gc.collect() >= 1, "what is made later is collected"
"""


def test_what_is_there_for_good_is_gone_through_by_no_collection() -> None:
    done = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
