"""What no check can look at: a layer that raises, or returns something else than floats of the promised shape.

Every way to a layer passes here once, so that no check needs to expect the worst of a layer. What goes wrong in our
own code is no observation, and passes on as it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from noise_ops.errors import UserError
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import DTYPES
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.tensors import array
from noise_ops.subjects.texts import telling

_OURS = Path(__file__).parents[1]
_NOT_OURS = (_OURS / "layers", _OURS / "sabotage")
"""Rooms whose code is that of layers, sound or broken: what it raises, a layer raises."""


class BrokenCallError(Exception):
    """A layer raised where a result is promised, or returned what is no result.

    Attributes:
      code: key of `findings.CODES`.
      case: the case that it was asked about.
      error: what it raised; None if it returned something.
    """

    def __init__(self, code: str, message: str, case: Case, error: Exception | None = None) -> None:
        super().__init__(message)
        self.code, self.case, self.error = code, case, error

    @property
    def refused(self) -> bool:
        """Whether the arguments were refused as they should be, by a ValueError."""
        return isinstance(self.error, ValueError)


class NoArrayError(Exception):
    """Something is no tensor of floats; the message says what it is."""


@contextlib.contextmanager
def observed(case: Case, what: str, whatever: bool = False) -> Iterator[None]:
    """Turn what a layer raises into `BrokenCallError`.

    Args:
      case: what it is asked about.
      what: the beginning of the sentence, such as "The call raises".
      whatever: whether what arises in our own code is a layer's doing, too: where it takes whatever a layer returns.
    """
    try:
        yield
    except NoArrayError as error:
        raise BrokenCallError("dtype", str(error), case) from error
    except (BrokenCallError, UserError, OSError, MemoryError):
        raise  # told already, or no doing of a layer
    except Exception as error:
        if (_is_ours(error) and not whatever) or isinstance(error, tf.errors.ResourceExhaustedError):
            raise
        given = ", ".join(f"{name}={value!r}" for name, value in case.arguments().items())
        sentence = f"{what} {telling(error)}."
        message = f"With {given}: {sentence[0].lower()}{sentence[1:]}" if given else sentence
        raise BrokenCallError("raises", message, case, error) from error


def _is_ours(error: Exception) -> bool:
    """Return whether an exception arose in a line of this package that is no layer's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = Path(trace.tb_frame.f_code.co_filename) if trace is not None else Path()
    return _OURS in file.parents and not any(room in file.parents for room in _NOT_OURS)


def as_array(returned: Any) -> Any:
    """Return a tensor as an array.

    Raises:
      NoArrayError: if it is no dense tensor, or one of other things than floats.
    """
    if not isinstance(returned, (tf.Tensor, tf.Variable)):
        raise NoArrayError(f"Expected a tensor, observed a {type(returned).__name__}.")
    if returned.dtype.name not in DTYPES:
        raise NoArrayError(f"Expected a tensor of floats, observed one of {returned.dtype.name}.")
    return array(returned)


def require_shape(found: Any, shape: tuple[int, ...], case: Case) -> Any:
    """Return an array of the shape that it must have.

    Raises:
      BrokenCallError: if it has another.
    """
    if found.shape != shape:
        raise BrokenCallError("dtype", f"Expected the shape {shape}, observed {found.shape}.", case)
    return found
