"""What is asked: a user's layer with its law, and what was seen of it so far, drawn once for all properties."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypedDict

import numpy as np

from noise_ops import patterns
from noise_ops.laws.drawing import Draws
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.happening import Unknown
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import Multiplies
from noise_ops.testing import calling, given, telling
from noise_ops.testing.making import LayerError, Own
from noise_ops.version import __version__

UNITS = {"quick": 2**19, "default": 2**22, "thorough": 2**24, "soak": 2**26}
"""Units of a sample, about, by profile. Of four million a drop rate of 0.1 is seen that is wrong by 2 %, and a standard
deviation that is wrong by half a percent.
"""

INFERENCE = ("identity", "expectation", "noisy")
"""What a layer does without training: it returns its input, or the mean of what it returns in training, or draws."""


@dataclass(eq=False)
class Subject:
    """A user's layer, model or function, and what it promises.

    Attributes:
      own: how it is made and called.
      law: what its noise promises.
      inference: one of `INFERENCE`; None where it is not said, which `unasked_inference` reads.
      inputs, shape: as of `noise_ops.testing.check_layer`.
      outputs: the range in which every output lies; None for any.
      predict: takes an input and a seed to every bit of the output; None without a reference.
      units: how many units a sample has at least, if they are not too large.
      strategy: draws inputs, of which the one above is the first; None without one.
    """

    own: Own
    law: Law
    inference: str | None = None
    inputs: Any = None
    given_shape: given.Shape | None = None
    outputs: tuple[float, float] | None = None
    predict: Callable[[Any, int], Any] | None = None
    units: int = 2**22
    strategy: Any = None
    kept: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_law(self.law)
        if 0 in (self.given_shape or ()):
            raise LayerError(f"an input of shape {self.given_shape} is empty: no noise shows on it.")
        if self.inference is not None and self.inference not in INFERENCE:
            raise LayerError(f"inference is {', '.join(INFERENCE[:-1])} or {INFERENCE[-1]}, not {self.inference!r}.")

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return self.own.name

    @cached_property
    def shape(self) -> given.Shape:
        """Shape of what it is given."""
        return given.shape_for(self.own, self.law, self.given_shape, self.inputs)

    @cached_property
    def is_structured(self) -> bool:
        """Whether it has several inputs."""
        return isinstance(self.inputs, (list, tuple, dict)) and not given.is_range(self.inputs)

    def x(self, dtype: str = "float32", batch: int | None = None) -> Any:
        """Return the input on which exact properties are asked, of so many samples that one call shows its noise."""
        return given.values(self.law, self.shape, self.inputs, batch=batch or self._batch, dtype=dtype)

    @cached_property
    def _small(self) -> telling.Draws:
        return telling.in_small_batch(self)

    @cached_property
    def _batch(self) -> int:
        if not self._small.grows or math.isinf(self._small.bits):
            return given.BATCH
        return min(given.MOST, max(given.BATCH, math.ceil(given.BATCH * telling.SURE / max(self._small.bits, 1e-9))))

    @cached_property
    def bits(self) -> float:
        """By how many factors of 2 the likeliest outcome of one call is less than sure, by the law."""
        return self._small.bits * (self._batch / given.BATCH if self._small.grows else 1)

    @cached_property
    def units_drawn(self) -> float:
        """How many independent draws one call has: those of one sample where all turn out to have one noise."""
        return self._small.units * (self._batch / given.BATCH if self._small.grows else 1) * self.share

    @cached_property
    def share(self) -> float:
        """1, or one over the size of a batch of which all samples turn out to have one noise."""
        return telling.share_of_samples(self)

    def tells(self, calls: int = 1) -> bool:
        """Return whether so many calls surely show noise, and are surely not alike: but once in 2**64 times."""
        return self.bits > 0 and calls * self.bits * self.share >= telling.SURE

    def calls_that_tell(self, least: int = 1) -> int | None:
        """Return how many calls are surely not all alike, if noise is drawn in each; None if too many are needed."""
        bits = self.bits * self.share
        if bits <= 0:
            return None
        calls = max(least, math.ceil(telling.SURE / bits) + 1)
        return calls if calls <= max(least, self.most_calls) else None

    @cached_property
    def most_calls(self) -> int:
        """How many calls are compared at most."""
        return min(telling.MOST_CALLS, telling.MOST_ELEMENTS // max(1, int(calling.first(self.x()).size)))

    def seed(self, name: str) -> int:
        """Return a seed that follows from the epoch and what it is for: one build gives one verdict."""
        text = f"{__version__}/{self.name}/{self.law!r}/{name}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1

    def fresh(self, name: str, policy: str | None = None) -> Any:
        """Return a new layer, after all that it may draw from was seeded by what it is for."""
        seed = self.seed(name)
        self.own.seed_everything(seed)
        return calling.observed("The factory", lambda: self.own.made(seed, policy))

    def calls(self, name: str, x: Any, count: int = 1, *, training: bool | None = True, made: Any = None) -> list[Any]:
        """Return the outputs of successive calls of a new layer, or of one that is made; of a function, by seeds."""
        layer = self.fresh(name) if made is None else made
        seeds = [self.seed(f"{name}/{number}") for number in range(count)] if self.own.is_function else []
        return list(
            calling.observed(
                "The call", lambda: calling.eager(self.own, layer, x, count, training=training, seeds=seeds)
            )
        )

    @cached_property
    def outcome(self) -> Any:
        """The output of a first training call on the input of exact properties."""
        return self.calls("exact", self.x())[0]

    def states(self, x: Any, y: Any) -> Any:
        """Return the states of an output, of each unit; of noise of which nothing is promised, none is one."""
        if isinstance(self.law, Unknown) and self.law.observe is None:
            return np.zeros(y.shape, np.bool_)
        if self.law.observe is not None:
            return self.law.states(x, y)
        x = calling.first(x)
        if x.shape != y.shape and self.law.origin == 0:
            x = np.zeros_like(y)  # a sampler, whose output has a shape of its own
        return self.law.states(x, y)

    @cached_property
    def keeps_shape(self) -> bool:
        """Whether its output has the shape of its input, which most laws are about."""
        return tuple(self.outcome.shape) == tuple(calling.first(self.x()).shape)

    @cached_property
    def wants_ids(self) -> bool:
        """Whether it was given floating numbers, which nobody named, and makes integers of them, as of token ids."""
        is_named = self.inputs is not None and not given.is_range(self.inputs)
        is_of_values = self.law.observe is None and not isinstance(self.law, (Draws, Unknown))
        return is_of_values and not is_named and self.outcome.dtype.kind in "iu"

    @cached_property
    def can_be_told(self) -> bool:
        """Whether its call takes an argument that says whether it trains."""
        return bool(self.own.training_argument(self.own.made(self.seed("asked"))))

    @cached_property
    def unasked_inference(self) -> str:
        """Why nothing is asked of what it does without training; "" if it is.

        A layer of Keras that cannot be told that it trains draws in predict as well. Where it drops or multiplies, that
        is a mistake unless it is said to be meant; a sampling layer or an augmentation means it.
        """
        if self.inference == "noisy":
            return "it is said to draw then too"
        is_of_training = isinstance(self.law, (Drops, AffineDrops, Multiplies)) and self.law.observe is None
        is_layer = self.own.keras is not None and not self.own.takes_images
        if self.inference is not None or self.can_be_told or (is_layer and is_of_training):
            return ""
        return "it takes no `training`, and inference= does not say what it does"


def checked_law(law: Any) -> Law:
    """Return a law.

    Raises:
      LayerError: if it is none.
    """
    if not isinstance(law, Law):
        raise LayerError(f"law is one of noise_ops.laws, such as laws.drops(0.1), not {law!r}.")
    return law


class Narrowing(TypedDict, total=False):
    """What is asked of a layer; by default all that applies.

    Attributes:
      properties: names of properties.
      modes: names of modes: eager, function, dataset, fit, predict, mixed_float16, mixed_bfloat16.
      dtypes: names of dtypes.
    """

    properties: Iterable[str]
    modes: Iterable[str]
    dtypes: Iterable[str]


class Options(Narrowing, total=False):
    """What may be said of a layer beside its law; all of it is optional.

    Attributes:
      args: arguments of the factory, by name.
      shape: of an input, None for a batch, or a side, of any size, as (None, 32, 32, 3); by default the first that
        it takes.
      inputs: a range of values (low, high), an array, a list, tuple or dictionary of arrays for several inputs, or a
        Hypothesis strategy of one of these: its first example is given, and all to `kept_on_any_input`.
      output: which of several outputs is judged: an index, a key, or a function of what comes out.
      outputs: the range in which every output must lie, such as (0, 1) of an image.
      training: name of the argument that says that it trains; "" for none; by default it is found.
      inference: what it does without training: "identity", "expectation" (the mean of training) or "noisy". By default
        "identity" where its call can be told that it trains, and of a layer of Keras that drops or multiplies; it is
        not asked of others, such as a function, whose caller decides when to call it.
      predict: takes an input and a seed to every bit of the output, for those who have a reference.
      profile: how many units the statistical properties draw: "quick", "default" (four million), "thorough" or "soak".
      units: the same as a number.
    """

    args: Mapping[str, Any]
    shape: Sequence[int | None]
    inputs: Any
    output: Any
    outputs: tuple[float, float]
    training: str
    inference: str
    predict: Callable[[Any, int], Any]
    profile: str
    units: int


def subject(factory: Callable[..., Any], law: Law, options: Options) -> Subject:
    """Return what a user gives as a subject; see `noise_ops.testing.check_layer`.

    Raises:
      LayerError: if it cannot be held to a law.
    """
    known = (*Options.__annotations__, *Narrowing.__annotations__)
    unknown = sorted(options.keys() - set(known))
    if unknown:
        near = patterns.meant(unknown[0], known) or f"; there are {', '.join(dict.fromkeys(known))}."
        raise LayerError(f"there is no option {unknown[0]!r}{near}")
    profile = options.get("profile", "default")
    if profile not in UNITS:
        raise LayerError(f"profile is {', '.join(UNITS)}, not {profile!r}{patterns.meant(str(profile), UNITS) or '.'}")
    own = Own(factory, dict(options.get("args") or {}), options.get("training"), options.get("output"))
    shape, inputs = options.get("shape"), options.get("inputs")
    strategy = inputs if given.is_strategy(inputs) else None
    return Subject(
        own,
        law,
        options.get("inference"),
        inputs if strategy is None else given.first_drawn(strategy),
        None if shape is None else tuple(shape),
        options.get("outputs"),
        options.get("predict"),
        options.get("units", UNITS[profile]),
        strategy,
    )
