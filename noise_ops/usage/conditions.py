"""On what it depends whether a fact concerns a use of its subject: on arguments, which narrow it, or on how it is run.

What cannot be told not to concern it, concerns it. `tests/usage/test_conditions.py` holds that each property that is
recorded, and each condition that `comparison.briefly` tells, stands in one of the three tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from noise_ops.usage.used import UNKNOWN, Used
from noise_ops.usage.values import kind, recorded

STRENGTHS = ("rate", "stddev", "dropout", "recurrent_dropout")

_FIRST_DISTANT = 2**31 - 2
"""The least number of seeds that are known to collide with one another."""

Concerns = Callable[[Used, str, str, str], bool]
"""Of what is used, the subject, what follows the first word of the property, and the code of a change or ""."""

_RAISING = ("raises", "works-now", "raises-otherwise")
_FUSED: Mapping[str, tuple[str, Any]] = {
    "recurrent_dropout": ("0", 0),
    "activation": ("'tanh'", "tanh"),
    "recurrent_activation": ("'sigmoid'", "sigmoid"),
    "unroll": ("False", False),
    "use_bias": ("True", True),
    "reset_after": ("True", True),
}
"""The arguments that Keras 2 asks of a path of its own, by default so; tf_keras v2.21.0 src/layers/rnn/lstm.py."""


def may_be(argument: str, given: Any, text: str) -> bool:
    """Return whether what is given for an argument may lead to what was recorded of a value."""
    if given is UNKNOWN:
        return True
    if argument == "noise_shape":
        return given is not None
    if argument == "data_format":
        possible = ("channels_first", "channels_last") if given is None else (given,)
        return recorded(text) in possible
    value = recorded(text)
    return value is UNKNOWN or kind(argument, given) == kind(argument, value)


def _may_be_default(used: Used, argument: str, default: Any) -> bool:
    return used.argument(argument) in (None, UNKNOWN, default)


def _accepts(used: Used, _subject: str, rest: str, _code: str) -> bool:
    argument, equals, text = rest.partition("=")
    return not equals or may_be(argument, used.argument(argument), text)


def _at_zero(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    return any(may_be(name, used.argument(name), "0") for name in STRENGTHS)


def _variables(used: Used, subject: str, rest: str, code: str) -> bool:
    return "=" not in rest or _at_zero(used, subject, rest, code)


def _given_a_shape(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    return used.argument("noise_shape") is not None


def _shape_broadcasts(used: Used, subject: str, rest: str, code: str) -> bool:
    return "Spatial" in subject or _given_a_shape(used, subject, rest, code)


def _channels_first(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    return may_be("data_format", used.argument("data_format"), "'channels_first'")


def _mixed(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    return used.policy is not False


def _explicit_training(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    return used.argument("training") is not False


def _of_a_seed(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    return used.argument("seed") is not None


def _of_a_distant_seed(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    """Say whether a seed is one of those that collide with others: of two that do, one is not in this range."""
    seed = used.argument("seed")
    return seed is not None and not (isinstance(seed, int) and 0 <= seed < _FIRST_DISTANT)


def _of_no_seed(used: Used, _subject: str, _rest: str, _code: str) -> bool:
    return used.argument("seed") in (None, UNKNOWN)


def _same_after_a_rebuilding(used: Used, subject: str, rest: str, code: str) -> bool:
    return code != "round-trip" or _of_a_seed(used, subject, rest, code)


def _gates(used: Used, _subject: str, rest: str, code: str) -> bool:
    """Say by the implementation: 2 unless it is given, and 1 where Keras takes it for recurrent_dropout."""
    given = used.argument("implementation")
    number = int(rest.rpartition("=")[2])
    if code in _RAISING:  # some releases refuse the argument itself
        return given in (UNKNOWN, number)
    falls_back = used.argument("recurrent_dropout") not in (None, 0)
    return given in (UNKNOWN, number) or (given is None if number == 2 else falls_back)


def _over_time(used: Used, _subject: str, rest: str, _code: str) -> bool:
    return rest != "usual activations" or all(_may_be_default(used, name, usual) for name, (_, usual) in _FUSED.items())


def _density(used: Used, _subject: str, rest: str, _code: str) -> bool:
    """Say of what a recurrent layer drops beside its other dropout whether it may have both."""
    both = STRENGTHS[2:]
    return " beside " not in rest or not any(used.argument(name) in (None, 0) for name in both)


BY_ARGUMENTS: Mapping[str, tuple[Concerns, tuple[str, ...]]] = MappingProxyType(
    {
        "accepts": (_accepts, (*STRENGTHS, "seed", "noise_shape", "data_format")),
        "variables": (_variables, STRENGTHS),
        "variable_names": (_variables, STRENGTHS),
        "rate_zero_is_identity": (_at_zero, STRENGTHS),
        "noise_shape_kept": (_given_a_shape, ("noise_shape",)),
        "noise_shape_broadcasts": (_shape_broadcasts, ("noise_shape",)),
        "data_format_kept": (_channels_first, ("data_format",)),
        "policy_kept": (_mixed, ()),
        "explicit_training_wins": (_explicit_training, ("training",)),
        "same_seed_same_noise": (_of_a_seed, ("seed",)),
        "neighbouring_seeds_differ": (_of_a_seed, ("seed",)),
        "distant_seeds_differ": (_of_a_distant_seed, ("seed",)),
        "reload_restarts_stream": (_of_a_seed, ("seed",)),
        "mode_draws_eager_stream": (_same_after_a_rebuilding, ("seed",)),
        "unseeded_stream": (_of_no_seed, ("seed",)),
        "unseeded_layers_differ": (_of_no_seed, ("seed",)),
        "seeded_by": (_of_no_seed, ("seed",)),
        "gate_masks": (_gates, ("implementation", "recurrent_dropout")),
        "mask_over_time": (_over_time, tuple(_FUSED)),
        "mask_density": (_density, STRENGTHS[2:]),
    }
)
"""By the first word of a property: whether it concerns what is used, and the arguments that decide that.

`training` is an argument of the call, which the config of a functional model holds and no constructor does; of the
policy, `Used` says more than its argument.
"""

BY_RUN: Mapping[str, str] = MappingProxyType(
    {
        "new_call_new_noise": "how often, and in which loops, maps and traces a layer is called",
        "recomputation_keeps_mask": "whether something is recomputed",
        "replicas_draw_apart": "the strategy of tf.distribute",
        "changed_attribute": "whether an attribute is changed after tracing",
        "non_finite_dropped": "what is fed",
        "input_untouched": "whether the input is used again",
        "identity_at_inference": "whether the model predicts",
        "accepts input": "what is fed",
        "mirrored": "the strategy of tf.distribute",
        "xla": "jit_compile",
        "mixed_float16": "the policy under which code builds a layer; of a model its dtype decides",
        "mixed_bfloat16": "the policy under which code builds a layer; of a model its dtype decides",
        "fit": "how a model is trained",
        "function": "what is traced",
        "model": "whether a layer is called in a functional model",
        "predict": "how a model predicts",
        "from_config": "whether layers are rebuilt",
        "reloaded": "whether layers are loaded",
        "round-trip": "whether layers are rebuilt",
    }
)
"""By a property, a mode or a code: what decides whether it concerns what is used, which no arguments show."""

OF_EVERY_USE = (
    *("config", "config-refused", "signature", "arguments-added", "gone"),
    *("stream", "stream-changed", "words_stream", "derived_seeds", "seed_state"),
    *("gradient_is_noise_factor", "noise_is_added", "noise_is_normal", "noise_is_uniform"),
    *("scale_equivariant", "shape_and_dtype_kept", "support_and_scale", "head", "mask", "words_head"),
)
"""Properties, codes and verdicts that concern every use of a subject, in the dtype in which it was seen."""


def runs_beside(used: Used, name: str, raised: Collection[str]) -> bool:
    """Return whether a layer takes another way than the one that was recorded to raise.

    With implementation=1 and dropout alone, Keras 3 broadcasts to a shape that does not fit; with recurrent_dropout it
    goes step by step. keras v3.15.1 src/layers/rnn/lstm.py `inner_loop`.

    Args:
      used: what is used.
      name: the property with its argument.
      raised: the types of what both sides raise there.
    """
    other_way = used.argument("recurrent_dropout") not in (None, UNKNOWN, 0)
    return other_way and name == "gate_masks implementation=1" and set(raised) == {"InvalidArgumentError"}


def depends_on_run(name: str, mode: str, code: str) -> bool:
    """Return whether it depends on how what is used is run whether a change, under a code, shows there."""
    first, second, *_ = *name.split(), ""
    return any(key in BY_RUN for key in (name, first, f"{first} {second}", mode, code))


def concerns(used: Used, subject: str, name: str, code: str = "") -> bool:
    """Return whether a fact of a subject, by the name of its property, may be about what is used.

    Args:
      used: what is used, with its arguments.
      subject: full name of the subject.
      name: the property with its argument, such as "accepts rate=1".
      code: what a change of it is told under; "" of a fact by itself.
    """
    first, _, rest = name.partition(" ")
    decides = BY_ARGUMENTS.get(first)
    return decides is None or decides[0](used, subject, rest, code)
