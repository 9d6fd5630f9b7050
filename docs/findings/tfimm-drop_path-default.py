"""tfimm 0.2.14, DropPath: the constructor raises without an argument, of which it has a default.

Documented: `DropPath(drop_prob=None)`, after the layer of that name in timm, where it means that nothing is dropped.
Cause: tfimm/layers/drop.py computes `1.0 - self.drop_prob`.
"""

from tfimm.layers.drop import DropPath

print("documented: drop_prob is None by default")
try:
    DropPath()
except TypeError as error:
    print(f"seen: TypeError: {error}")
    raise SystemExit(1) from None
print("seen: it can be made")
