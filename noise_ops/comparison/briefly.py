"""A finding of an upgrade in a few words, for one line of a screen: who is affected, and what the new side does.

Words speak of the new side alone, so that the same words stand for what is broken and, of what was mended, for what
is right again. `deltas` tells both sides in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from noise_ops.codes import CODES
from noise_ops.comparison.changes import Change, Keeps
from noise_ops.comparison.deltas import equal_draws
from noise_ops.comparison.signatures import added_arguments, lost_arguments
from noise_ops.words import count

_LISTED = 3
"""Arguments that a line names; it counts the others."""

_AFFECTED: Mapping[str, str] = {
    "new_call_new_noise in_vectorized_map": "call layers in tf.vectorized_map",
    "new_call_new_noise in_dataset": "draw in a tf.data map",
    "new_call_new_noise in_accumulation": "accumulate gradients in a tf.function",
    "new_call_new_noise retraced": "train on batches of several shapes",
    "new_call_new_noise twice_in_trace": "call a layer twice in a tf.function",
    "distant_seeds_differ": "seed by numbers of 2**31 - 2 or more",
    "neighbouring_seeds_differ": "use neighbouring seeds",
    "recomputation_keeps_mask": "use tf.recompute_grad",
    "explicit_training_wins": "predict with training=True in a model",
    "changed_attribute": "change a rate or stddev after tracing",
    "non_finite_dropped": "feed nan or infinity",
    "rate_zero_is_identity": "set rate or stddev to 0",
    "same_seed_same_noise": "rely on seeds",
    "seeded_by": "seed the program, not the layers",
    "variables": "load checkpoints of layers without noise",
    "config": "read configs, or load saved models",
    "config-refused": "load configs that the old side saved",
    "round-trip": "rebuild layers from configs or files",
    "signature": "give these arguments, or some by position",
    "arguments-added": "subclass, or run on both sides",
    "gone": "name what is gone",
    "stream-changed": "compare seeded numbers",
}
"""Who is affected, after "if you": by a property with its argument, a property, a code or a verdict."""

_MODES: Mapping[str, tuple[str, str]] = {
    "mirrored": ("train under MirroredStrategy", "under MirroredStrategy"),
    "xla": ("use jit_compile", "with jit_compile"),
    "mixed_float16": ("train under mixed_float16", "under mixed_float16"),
    "mixed_bfloat16": ("train under mixed_bfloat16", "under mixed_bfloat16"),
    "fit": ("train by fit", "in fit"),
    "function": ("call these layers in a tf.function", "in a tf.function"),
    "model": ("call these layers in a functional model", "in a functional model"),
    "from_config": ("rebuild layers from configs", "after a rebuilding"),
    "reloaded": ("load layers from files", "after a loading"),
    "predict": ("predict with these layers", "in predict"),
}
"""Who is affected where a mode alone shows it, and where."""

_SEEN: Mapping[str, tuple[str, str]] = {
    "new-call": ("a later call repeats the noise", "each call draws new noise"),
    "replicas": ("both replicas draw the same noise", "each replica draws its own noise"),
    "normality": ("the noise is not normal", "the noise is normal"),
    "mask-over-time": ("each time step drops other inputs", "all time steps drop the same inputs"),
    "neighbouring-seeds": ("seed s + 1 repeats seed s", "neighbouring seeds draw apart"),
    "colliding-seeds": ("", "distant seeds draw apart"),
    "recomputation": ("the backward pass draws anew", "the backward pass keeps the mask"),
    "same-seed": ("one seed gives several noises", "one seed gives one noise"),
    "explicit-training": ("training=True is ignored", "training=True is obeyed"),
    "rate-limit": ("the input is changed", "the input is returned"),
    "non-finite": ("dropped nan or infinity gets through", "dropped nan and infinity become 0"),
    "mask-density": ("the rate is not the documented one", "the rate is the documented one"),
    "variance": ("the variance is not the documented one", "the variance is the documented one"),
    "dtype": ("the output has another shape or dtype", "shape and dtype are kept"),
    "rejects": ("an error now", "an error now, as it should be"),
    "accepts": ("no error any more", "accepted, as it should be"),
    "raises-otherwise": ("another error, or at another moment", "the exception is the documented one"),
    "does-otherwise": ("they do something else", "they do what is documented"),
    "changed-attribute": ("the change has another effect", "the change has the documented effect"),
    "config": ("configs have other entries", "configs have the documented entries"),
    "seeded-by": ("another call decides the noise", "the documented call decides the noise"),
    "variables": ("layers keep other weights", "layers keep the documented weights"),
    "seed-rule": ("another rule takes seeds to noise", "another rule takes seeds to noise"),
}
"""What the new side does, by code: where it does not keep what is documented, or nothing is, and where it does."""

_OF_ELEMENTS = ("in_vectorized_map", "in_map_fn", "in_scan")
"""Facts of calls that a transformation makes, one an element of a tensor."""

_ELEMENTS = ("all elements get the same noise", "each element gets noise of its own")
"""What the new side does there, as in `_SEEN`."""

_DOES = {
    "identity": "no noise is drawn",
    "zeros": "all is dropped",
    "noise": "noise is drawn",
    "draws other values": "values are drawn all the same",
}
"""What an argument does on both sides, by the recorded value."""

_LOSES = {
    "policy_kept": "the dtype policy",
    "data_format_kept": "data_format",
    "noise_shape_kept": "noise_shape",
    "mode_draws_eager_stream": "the seed",
}


def condition(changes: Sequence[Change]) -> str:
    """Return who is affected by a group of changes, as what follows "you are affected if you"; "" if all may be.

    Args:
      changes: changes of one kind, the most telling first.
    """
    first = changes[0]
    if CODES[first.code].verdict.value == "cannot-tell":
        return ""
    if first.property.startswith("accepts "):
        given = _few(filter(None, map(_argument, changes)), "or")
        return f"catch errors of {given}" if first.code == "raises-otherwise" else f"give {given}"
    usual, there = where(changes)
    if first.code == "modes-part":
        return f"compare eager runs to runs {there}"
    if first.property.startswith(("gate_masks", "mask_over_time")):
        return _of_recurrent(changes)
    found = list(dict.fromkeys(_affected(change) for change in changes))
    if found == [""]:
        return usual
    told = found[0] if len(found) == 1 else f"{found[0]}, or {count(len(found) - 1, 'more way')}"
    return " ".join(filter(None, (told, there if _says_no_mode(first) else "")))


def briefly(changes: Sequence[Change]) -> str:
    """Return what the new side does, in a few words; arguments as of `condition`."""
    first = changes[0]
    if first.code in _LISTS:
        return _LISTS[first.code](changes)
    told = list(dict.fromkeys(_seen(change) for change in changes))
    return told[0] if len(told) == 1 else f"{told[0]}; {count(len(told) - 1, 'more difference')}"


def _affected(change: Change) -> str:
    keys = (change.code, change.property, change.property.partition(" ")[0], change.verdict.value)
    return next((_AFFECTED[key] for key in keys if key in _AFFECTED), "")


_WAYS: Mapping[frozenset[str], str] = {
    frozenset({"implementation=1"}): " with implementation=1",
    frozenset({"implementation=2"}): " with implementation=2",
    frozenset({"usual activations"}): " without recurrent_dropout",
}
"""How a dropout is set to be affected, by what all facts of it are about."""


def _of_recurrent(changes: Sequence[Change]) -> str:
    """Say which dropout of a recurrent layer affects one: subjects are named as "keras.layers.LSTM(dropout)"."""
    ways: dict[str, set[str]] = {}
    for change in changes:
        dropout = change.subject.partition("(")[2].rstrip(")") or "dropout"
        ways.setdefault(dropout, set()).add(change.property.partition(" ")[2])
    told: dict[str, list[str]] = {}
    for dropout, seen in sorted(ways.items()):
        told.setdefault(_WAYS.get(frozenset(seen), ""), []).append(dropout)
    parts = [f"{_few(names, 'or')}{way}" for way, names in sorted(told.items())]
    return f"set {', or '.join(parts)}"


def _says_no_mode(change: Change) -> bool:
    """Return whether a property is seen in several modes, so that the mode narrows who is affected."""
    return change.property == "same_seed_same_noise" or change.verdict.value == "stream-changed"


def where(changes: Sequence[Change]) -> tuple[str, str]:
    """Return what all whom changes affect do, and where they do it, by the modes and dtypes that show the changes."""
    modes, dtypes = ({getattr(change, name) for change in changes} for name in ("mode", "dtype"))
    told = ("use these layers", "")
    if len(modes) == 1:
        told = _MODES.get(min(modes), told)
    elif modes <= {"from_config", "reloaded"}:
        told = ("rebuild layers from configs or files", "after a rebuilding")
    elif not modes & {"eager", "any"}:
        told = ("use these layers in another mode than eager", "in another mode than eager")
    if dtypes & {"float32", "any", "uint32", "int64"} or all(mode.startswith("mixed_") for mode in modes):
        return told
    half = "in half precision" if dtypes <= {"float16", "bfloat16"} else "outside float32"
    narrow = f"in {min(dtypes)}" if len(dtypes) == 1 else half
    return f"{told[0]} {narrow}", f"{told[1]} {narrow}".strip()


def _argument(change: Change) -> str:
    argument = change.property.partition(" ")[2]
    kind, _, rest = argument.partition(" ")
    name, _, value = argument.partition("=")
    several = f"{name}=({', '.join(value.split(','))})" if "," in value else argument
    return f"{rest} as input" if kind == "input" else several


def _seen(change: Change) -> str:
    if change.code == "raises":
        return str(change.new).partition(":")[0]
    if change.code == "works-now":
        return f"no longer {str(change.old).partition(':')[0]}"
    if change.code == "changed-attribute" and str(change.new).startswith("raises "):
        return str(change.new).partition(":")[0]
    if change.code == "modes-part":
        return "both draw one stream" if change.new == "bits" else "the two draw apart"
    if change.code == "gate-masks":
        return _gates(str(change.new))
    if change.code == "colliding-seeds" and change.keeps is not Keeps.FIXED and equal_draws(change):
        return f"{equal_draws(change)} draw the same noise"
    if change.property.startswith("accepts ") and change.old == change.new:
        return _DOES.get(str(change.new), f"the result is {change.new}")
    in_elements = change.code == "new-call" and change.property.endswith(_OF_ELEMENTS)
    broken, kept = _ELEMENTS if in_elements else _SEEN.get(change.code, ("", "the documented is done"))
    sentence = CODES[change.code].sentence.rstrip(".")
    return kept if change.keeps is Keeps.FIXED else broken or f"{sentence[0].lower()}{sentence[1:]}"


def _gates(labels: str) -> str:
    if not labels.isalpha():
        return "gates share masks otherwise"
    if len(set(labels)) in (1, len(labels)):
        return "all gates share one mask" if len(set(labels)) == 1 else "each gate has a mask of its own"
    return "some gates share a mask"


# Lists ----------------------------------------------------------------------------------------------------------------


def _few(items: Iterable[str], last: str = "and") -> str:
    """Return the first of some items, each once, and how many more there are."""
    found = list(dict.fromkeys(items))
    if len(found) > _LISTED:
        return f"{', '.join(found[: _LISTED - 1])} {last} {len(found) - _LISTED + 1} more"
    return f"{', '.join(found[:-1])} {last} {found[-1]}" if len(found) > 1 else found[0]


def _lost(changes: Sequence[Change]) -> str:
    lost = (lost_arguments(c.old, c.new) for c in changes if isinstance(c.old, tuple) and isinstance(c.new, tuple))
    items = list(dict.fromkeys(item for each in lost for item in each))
    gone = [item.removesuffix(" is gone") for item in items if item.endswith(" is gone")]
    told = [f"{_few(gone)} {'is' if len(gone) == 1 else 'are'} gone"] if gone else []
    return _few([*told, *(item for item in items if not item.endswith(" is gone"))])


def _added(changes: Sequence[Change]) -> str:
    items = (added_arguments(c.old, c.new) for c in changes if isinstance(c.old, tuple) and isinstance(c.new, tuple))
    return f"{_few(item.partition('=')[0].partition(' ')[0] for each in items for item in each)} added"


def _refused(changes: Sequence[Change]) -> str:
    names = (str(name) for change in changes if isinstance(change.beside, tuple) for name in change.beside)
    return f"{_few(names)} refused"


def _rebuilt(changes: Sequence[Change]) -> str:
    verb = "keep" if changes[0].keeps is Keeps.FIXED else "lose"
    return f"they {verb} {_few(_LOSES.get(change.property, 'what they held') for change in changes)}"


_LISTS: Mapping[str, Callable[[Sequence[Change]], str]] = {
    "signature": _lost,
    "arguments-added": _added,
    "config-refused": _refused,
    "round-trip": _rebuilt,
}
