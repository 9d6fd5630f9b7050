"""tfswin 4.1.1: the drop path of its Swin transformers."""

from tfswin.drop import DropPath

from noise_ops.laws import drops

ENTRIES = {
    "DropPath": (lambda: DropPath(0.3), drops(0.3, shared_axes=(1, 2))),
}
