"""Parts of the script of a finding: how it runs a subject, and what it ends in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from noise_ops.comparison.script_modes import in_mode
from noise_ops.comparison.script_parts import Layer
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import agreeing

_HEAD = 8
"""Elements that a script compares with the prediction."""

UNSHOWN = "# No short program tells this from chance: this one prints what is drawn."


def matches(a: str, b: str) -> str:
    """Return the expression of where two arrays agree in every bit, one nan being as good as another."""
    nan = f"np.isnan({a}.astype('float64')) & np.isnan({b}.astype('float64'))"
    return f"({a} == {b}) & (np.signbit({a}) == np.signbit({b})) | {nan}"


SAME = [
    "def same(a, b):",
    "    a, b = np.asarray(a), np.asarray(b)",
    f"    return a.dtype == b.dtype and a.shape == b.shape and bool(np.all({matches('a', 'b')}))",
]

Shows = Callable[[Layer, Target, Case], "list[str]"]


def layer_of(target: Target) -> Layer:
    """Return the subject as parts of scripts know it: by its class, or by the law of its op where it is a function."""
    functions = {"dropout": "Dropout", "uniform": "uniform", "normal": "normal"}
    name = target.subject.name.rpartition(".")[2]
    is_layer = ".layers." in target.subject.name
    return Layer("keras", name if is_layer else functions.get(target.subject.op, name), "")


def unless(kept: str, sentence: str, indent: int = 0) -> list[str]:
    """Return lines that end in a sentence where an expression is false; braces in it hold values."""
    return [f"{' ' * indent}if not ({kept}):", f'{" " * indent}    raise SystemExit(f"{sentence}")']


def run(target: Target, calls: int) -> list[str]:
    """Return lines that keep the outputs of successive calls in `outputs`, those of replicas stacked."""
    layer, mode = layer_of(target), target.mode
    if mode == "model":
        call = layer.called("layer", "inputs", "")
        around = ["inputs = keras.Input(x.shape[1:], dtype=x.dtype)", f"model = keras.Model(inputs, {call})"]
        made = ["layer = new()", *around, f"outputs = [model(x, training=True) for _ in range({calls})]"]
    else:
        made = [line.replace("range(2)", f"range({calls})") for line in in_mode(layer, mode, calls)]
    stacked = ["outputs = [np.stack(outputs[i:i + 2]) for i in range(0, len(outputs), 2)]"]
    return [*made, "outputs = [np.asarray(y) for y in outputs]", *(stacked if mode == "mirrored" else [])]


def as_predicted(
    target: Target, call: int, seen: FloatArray, wanted: FloatArray, index: int | None = None
) -> list[str]:
    """Return lines that hold some elements of a call to their prediction.

    Args:
      target: what was asked.
      call: which call it is.
      seen: its output.
      wanted: the predicted one.
      index: the element from which on they are compared; None for the first that differs.
    """
    start = _first_difference(seen, wanted) if index is None else index
    values = ", ".join(literal(value) for value in wanted.ravel()[start : start + _HEAD])
    near = target.mode == "xla" and target.subject.op == "masked_gaussian_noise"
    close = (
        "np.allclose(y.astype('float64'), predicted.astype('float64'), 1e-4, 1e-5, equal_nan=True)"
        " and np.array_equal(y == 0, predicted == 0)"
    )
    return [
        *SAME,
        *run(target, call + 1),
        f"y = outputs[{call}]",
        *unless(
            f"y.dtype.name == {wanted.dtype.name!r} and y.shape == {wanted.shape}",
            f"Call {call} gives {{y.dtype.name}}, {{y.shape}}, not {wanted.dtype.name}, {wanted.shape}.",
        ),
        f"y = y.ravel()[{start}:{start + _HEAD}]",
        f"predicted = np.array([{values}]).astype(y.dtype)",
        f'print("predicted, call {call}, elements from {start} on:", predicted)',
        'print("observed:", y)',
        *unless(close if near else "same(y, predicted)", f"Call {call} departs from the prediction."),
        'print("as predicted")',
    ]


def _first_difference(seen: FloatArray, wanted: FloatArray) -> int:
    return 0 if seen.shape != wanted.shape else int(np.argmin(agreeing(seen, wanted)))


def literal(value: np.generic) -> str:
    """Return a number as Python reads it, as short as its dtype allows."""
    text = str(value)
    if "." not in text and "e" not in text and np.isfinite(float(text)):
        return f"{text}.0"  # the sign of an integer 0 is lost
    return text if np.isfinite(float(text)) else f"np.{text}".replace("np.-", "-np.")


def repeats(
    seeds: Sequence[int], calls: int, pieces: Sequence[tuple[int, slice]], backwards: bool, noise: str
) -> Shows:
    """Return what shows that a piece of the noise repeats another one.

    Args:
      seeds: those of the layers, one after another.
      calls: how often each is called.
      pieces: the number of the output, and the units in it, of each of the two pieces.
      backwards: whether the second is read backwards.
      noise: expression of what is read of an output `y`.
    """
    (first, here), (second, there) = pieces

    def shows(_layer: Layer, target: Target, case: Case) -> list[str]:
        ran = [line.replace("new()", "new(seed=seed)") for line in run(target, calls)]
        if target.mode == "mirrored":
            ran.append("outputs = [replica for both in outputs for replica in both]")
        made = ["drawn = []", f"for seed in {tuple(seeds)}:", *(f"    {line}" for line in [*ran, "drawn += outputs"])]
        kept = "agree < 0.9" if "abs" in noise else "0.1 < agree < 0.9"  # a complement is a copy as well
        places = "y.reshape(len(y), -1, y.shape[-1])[:, 0]" if case.x.ndim > 2 else "y"
        return [
            *made,
            f"pieces = [{noise} for y in [{places}.astype('float64').ravel() for y in drawn]]",
            f"first, second = pieces[{first}][{here.start}:{here.stop}], pieces[{second}][{there.start}:{there.stop}]",
            f"agree = np.isclose(first, second{'[::-1]' if backwards else ''}, atol=1e-4).mean()",
            'print("share of the units that agree:", agree)',
            *unless(kept, "One piece of the noise repeats another: {agree:.0%} of its units agree."),
        ]

    return shows


def printed() -> list[str]:
    """Return lines that print the first elements of `outputs`."""
    return ["for y in outputs:", "    print(y.ravel()[:8])"]


def apart(seeds: Sequence[int]) -> Shows:
    """Return what shows that none of some seeds draws what the first of them draws."""

    def shows(layer: Layer, _target: Target, _case: Case) -> list[str]:
        first, *others = seeds
        return [
            *SAME,
            f"layer = new(seed={first})",
            f"first = np.asarray({layer.called()})",
            f"for seed in {tuple(others)}:",
            "    layer = new(seed=seed)",
            *unless(f"not same(first, {layer.called()})", f"Seeds {first} and {{seed}} draw the same noise.", 4),
        ]

    return shows


def state(layer: Layer, x: object = "x") -> str:
    """Return the expression of the states of an output `y` on ones, which an expression names."""
    known = {"AlphaDropout": "y < 0", "MaskedGaussianNoise": f"y != {x}", "uniform": "y < 0.5", "normal": "y > 0"}
    return known.get(layer.name, f"y > {x}" if "Gaussian" in layer.name else "y == 0")
