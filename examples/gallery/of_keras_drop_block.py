"""keras-drop-block 0.7.0: blocks of features are dropped, by masks that `fit` trains.

A unit that is no edge is dropped unless none of the blocks around it is: the probability of one follows from the paper.
"""

from keras_drop_block import DropBlock1D, DropBlock2D

from noise_ops.laws import drops, unknown


def dropped(blocks, size, sides, rate=0.2):
    """Return how often a unit is dropped that lies in so many blocks, of a size and in maps of so many sides of 12."""
    return 1 - (1 - rate / size**sides * (12 / (13 - size)) ** sides) ** blocks


ENTRIES = {
    "DropBlock1D": (
        lambda: DropBlock1D(3, 0.8),
        drops(dropped(3, 3, 1), observe=lambda x, y: (y == 0)[:, 3:9:5, :]),
        {"shape": (None, 12, 2)},
    ),
    "DropBlock2D": (
        lambda: DropBlock2D(3, 0.8),
        drops(dropped(9, 3, 2), observe=lambda x, y: (y == 0)[:, 3:9:5, 5, :]),
        {"shape": (None, 12, 12, 2)},
    ),
    "DropBlock2D, block size 2": (
        lambda: DropBlock2D(2, 0.8),
        drops(dropped(2, 2, 2), observe=lambda x, y: (y == 0)[:, ::11, 5, :]),
        {"shape": (None, 12, 12, 2)},
    ),
    "DropBlock2D of maps of any size": (lambda: DropBlock2D(3, 0.8), unknown(), {"shape": (None, None, None, 2)}),
}
