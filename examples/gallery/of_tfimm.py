"""tfimm 0.2.14: the drop path of its image models."""

from tfimm.layers.drop import DropPath

from noise_ops.laws import drops

ENTRIES = {
    "DropPath": (lambda: DropPath(0.3), drops(0.3, shared_axes=(1, 2))),
}
