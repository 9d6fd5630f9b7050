"""Wounds of what a layer promises beside its noise: its config, and its behaviour at the limits of its rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, method

_CONTRACT = (Verdict.CONTRACT_CHANGED,)
_EITHER = (Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED)


def _config(
    name: str, description: str, changed: Callable[[dict[str, Any]], dict[str, Any]], *expected: str, **other: Any
) -> Wound:
    cut = method("get_config", lambda call: changed(call.sound()))
    return Wound(name, Kind.CONFIG, description, (cut,), expected, **{"modes": ("from_config",), **other})


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda config: {key: value for key, value in config.items() if key != name}


def _with(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda config: {**config, name: change(config[name])}


CONFIGS = (
    _config("seed-lost", "the config leaves the seed out", _without("seed"), "same_seed_same_noise", verdicts=_EITHER),
    _config(
        "seed-lost-in-file",
        "the config leaves the seed out, and with it every saved model",
        _without("seed"),
        "same_seed_same_noise",
        verdicts=_EITHER,
        modes=("reloaded",),
    ),
    _config(
        "rate-complemented",
        "the config stores 1 - rate",
        _with("rate", lambda rate: 1 - rate),
        "support_and_scale",
        "two_point_support",
        "rate_zero_is_identity",
        verdicts=_EITHER,
    ),
    _config(
        "rate-halved",
        "the config stores half the rate",
        _with("rate", lambda rate: rate / 2),
        "support_and_scale",
        "noise_variance",
        verdicts=_EITHER,
    ),
    _config(
        "stddev-halved",
        "the config stores half the standard deviation",
        _with("stddev", lambda stddev: stddev / 2),
        "noise_variance",
        verdicts=_EITHER,
    ),
    _config(
        "noise-shape-lost",
        "the config leaves noise_shape out",
        _without("noise_shape"),
        "noise_shape_kept",
        verdicts=_EITHER,
    ),
    _config(
        "data-format-lost",
        "the config leaves data_format out",
        _without("data_format"),
        "data_format_kept",
        verdicts=_EITHER,
    ),
    _config(
        "policy-lost",
        "the config leaves the dtype policy out",
        _without("dtype"),
        "policy_kept",
        verdicts=_CONTRACT,
        modes=("eager",),
    ),
)


def _limit(name: str, kind: Kind, description: str, broken: Callable[[Call], Any], expected: str) -> Wound:
    return Wound(name, kind, description, (method("call", broken),), (expected,), _CONTRACT)


LIMITS = (
    _limit(
        "rate-0-adds-zero",
        Kind.LIMITS,
        "at rate 0 the layer adds 0, so that -0 becomes +0",
        lambda call: call.sound() if call["self"].rate else call.sound() + 0,
        "rate_zero_is_identity",
    ),
    _limit(
        "rate-1-is-identity",
        Kind.LIMITS,
        "at rate 1 the layer returns its input",
        lambda call: call["inputs"] if call["self"].rate == 1 else call.sound(),
        "rate_one_drops_everything",
    ),
    Wound(
        "bad-rates-accepted",
        Kind.LIMITS,
        "a rate outside [0, 1] is moved to its edge without a word",
        (method("__init__", lambda call: call.sound(rate=min(max(call["rate"], 0), 1))),),
        ("bad_rate_rejected",),
        _CONTRACT,
    ),
)

UNTOUCHED = Wound(
    "config-untouched",
    Kind.UNBROKEN,
    "the config is copied",
    (method("get_config", lambda call: dict(call.sound())),),
    verdicts=(Verdict.IDENTICAL,),
    modes=("from_config", "reloaded"),
)

ALL = (*CONFIGS, *LIMITS, UNTOUCHED)
