"""Fingerprints as they are read: strictly, without TensorFlow, believing nothing.

A fingerprint is what `probe.py` wrote, here or on a machine that nobody knows. Reading one executes nothing, builds no
object but those below, and ends in `FingerprintError` with one sentence for whatever is not a fingerprint.

    {"schema": "noise_ops/fingerprint/1", "probe": 1,
     "environment": {"tensorflow": "2.15.1", ...},
     "facts": {subject: {"dtype/mode": {property: value}}}}

A value is a string, an integer, a boolean, a list of strings or of integers, or an object of integers and lists of
integers: there are no floats in a fingerprint, so that all of it is exact. `PROPERTIES` says what each property
means, how bad a change of it is, and what a layer that keeps its documentation shows.
"""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from noise_ops.errors import UserError
from noise_ops.findings import Stage, Verdict

SCHEMA = "noise_ops/fingerprint/1"
"""The one format that is read here; its number grows when a key changes its meaning."""

PROBE = 1
"""The probe whose facts can be compared with each other."""

MAX_BYTES = 1 << 20
"""A fingerprint has 50 to 200 kB; what is larger than this is none."""

MAX_FACTS = 20_000
MAX_ITEMS = 64
MAX_TEXT = 400
MAX_INTEGER = 1 << 64

_PRINTABLE = re.compile(r"[ -~]*")
_SUBJECT = re.compile(r"(?=.{1,80}$)[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*(\([a-z_]{1,32}\))?")
_TARGET = re.compile(r"[a-z0-9_]{1,32}/[a-z0-9_]{1,32}")
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,39}( [ -~]{1,40})?")
_RAISED = re.compile(r"raises ([A-Za-z_][A-Za-z0-9_]*)(?: when (made|called))?:(?: (.*))?")

Integers = tuple[int, ...]
Value = str | int | bool | tuple[str, ...] | Integers | Mapping[str, int | Integers]
"""What a fact may be; lists are tuples, objects are read-only."""


class FingerprintError(UserError):
    """What was to be read is no fingerprint that can be read here; the message is one sentence that says why."""


# What a property means ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Property:
    """What is observed under a name.

    Attributes:
      name: the first word of a fact's property; what follows is its argument.
      change: the verdict when two releases differ in it, and nothing else says more.
      stage: the stage of the pipeline that such a change lies in, if the property alone tells.
      sentence: what the value says.
      documented: the values that a layer shows which keeps its documentation; empty if none is the right one.
    """

    name: str
    change: Verdict
    stage: Stage | None
    sentence: str
    documented: frozenset[str] = frozenset()


def _property(
    name: str, change: Verdict, stage: Stage | None, sentence: str, documented: tuple[str, ...] = ()
) -> Property:
    return Property(name, change, stage, sentence, frozenset(documented))


_STREAM, _CONTRACT, _LAW = Verdict.STREAM_CHANGED, Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED
_ALL_DIFFER = ("a", "ab", "abc", "abcd")

PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            _property("observed", Verdict.CANNOT_TELL, None, "What ended the observation of a subject."),
            # Seeds and bits.
            _property("seed_state", _STREAM, Stage.SEED, "State of a seed generator, as it is made and used."),
            _property("derived_seeds", _STREAM, Stage.SEED, "Seeds that TensorFlow derives from a given one."),
            _property("words_stream", _STREAM, Stage.BITS, "Digests of full-range integer draws, call by call."),
            _property("words_head", _STREAM, Stage.BITS, "First words of a full-range integer draw, in hex."),
            # Streams: which stage moved is seen by holding them against the reference.
            _property("stream", _STREAM, None, "Digests of the outputs of successive calls."),
            _property("head", _STREAM, None, "Raw words of the first units of the first output, in hex."),
            _property("mask", _STREAM, None, "Digest of the packed mask of zeros of the first output."),
            _property("unseeded_stream", _STREAM, Stage.SEED, "Digests of two calls of each of two unseeded layers."),
            _property("mode_draws_eager_stream", _STREAM, None, "What the first output shares with the eager one."),
            _property("mask_over_time", _LAW, Stage.LAYER, "Labels of the input masks of three time steps.", ("aaa",)),
            _property("gate_masks", _LAW, Stage.LAYER, "Labels of the masks of a recurrent layer's gates."),
            # The law: counts, and exact properties of every layer.
            _property("mask_density", _LAW, Stage.OP, "How many units are dropped, of how many."),
            _property("noise_is_normal", _LAW, Stage.VARIATE, "Sums of powers, tails and distinct values of noise."),
            _property("noise_is_uniform", _LAW, Stage.VARIATE, "Counts of uniforms by sixteenths of [0, 1)."),
            _property("same_seed_same_noise", _CONTRACT, Stage.SEED, "Two new layers of one seed agree.", ("yes",)),
            _property("new_call_new_noise", _LAW, Stage.SEED, "Labels of calls, equal ones alike.", _ALL_DIFFER),
            _property("replicas_draw_apart", _LAW, Stage.SEED, "Labels, replica by replica, of two calls.", ("abcd",)),
            _property(
                "unseeded_layers_differ",
                _LAW,
                Stage.SEED,
                "Labels of two calls each of two unseeded layers.",
                ("abcd",),
            ),
            _property(
                "neighbouring_seeds_differ",
                _LAW,
                Stage.SEED,
                "Labels of two calls each of seeds s and s + 1.",
                ("abcd",),
            ),
            _property(
                "distant_seeds_differ",
                _LAW,
                Stage.SEED,
                "Labels of seeds s, s + 2**31 - 2, s + 2**31 - 1, s + 2**32; - where one is refused.",
                ("abcd", "a---"),
            ),
            _property(
                "identity_at_inference", _LAW, Stage.LAYER, "What is made of an input outside training.", ("identity",)
            ),
            _property(
                "non_finite_dropped",
                _LAW,
                Stage.OP,
                "What becomes of nan and infinity where they are dropped.",
                ("nan becomes finite, inf becomes finite, -inf becomes finite",),
            ),
            _property(
                "support_and_scale",
                _LAW,
                Stage.OP,
                "Which values a dropout's outputs take.",
                ("0 or x / (1 - rate)", "0 or -0 or x / (1 - rate)", "0 or nearly x / (1 - rate)"),
            ),
            _property("scale_equivariant", _LAW, Stage.OP, "y(x) against x y(1).", ("x * y(1)", "nearly x * y(1)")),
            _property("noise_is_added", _LAW, Stage.OP, "y(x) against x + y(0).", ("x + y(0)", "nearly x + y(0)")),
            _property(
                "gradient_is_noise_factor",
                _LAW,
                Stage.OP,
                "The gradient against the factor of the forward pass.",
                ("noise factor", "noise factor, rounded"),
            ),
            _property(
                "recomputation_keeps_mask", _LAW, Stage.LAYER, "The noise under tf.recompute_grad.", ("same noise",)
            ),
            _property("noise_shape_broadcasts", _LAW, Stage.OP, "The axes along which the mask is constant."),
            # The contract.
            _property("accepts", _CONTRACT, Stage.LAYER, "What an argument or an input leads to."),
            _property("signature", _CONTRACT, Stage.LAYER, "Arguments with their defaults."),
            _property("config", _CONTRACT, Stage.LAYER, "Entries of a layer's config."),
            _property("variables", _CONTRACT, Stage.LAYER, "How many weights and variables a layer keeps."),
            _property("seeded_by", _CONTRACT, Stage.SEED, "What determines the noise of an unseeded layer."),
            _property("shape_and_dtype_kept", _CONTRACT, Stage.LAYER, "Dtype and shape of the output.", ("kept",)),
            _property("input_untouched", _CONTRACT, Stage.LAYER, "Whether a call changes its input.", ("untouched",)),
            _property("rate_zero_is_identity", _CONTRACT, Stage.OP, "What is left without noise.", ("identity",)),
            _property(
                "explicit_training_wins", _CONTRACT, Stage.LAYER, "training=True in a model, in predict.", ("noise",)
            ),
            _property("policy_kept", _CONTRACT, Stage.LAYER, "Compute dtype of a rebuilt layer.", ("bfloat16",)),
            _property("noise_shape_kept", _CONTRACT, Stage.LAYER, "Whether rebuilding keeps it.", ("kept",)),
            _property("data_format_kept", _CONTRACT, Stage.LAYER, "Whether rebuilding keeps it.", ("kept",)),
            _property(
                "reload_restarts_stream",
                _CONTRACT,
                Stage.SEED,
                "Where the noise of a layer goes on that was called twice, saved and loaded.",
            ),
        )
    }
)
"""Every property that the probe records or that follows from what it records, by name."""

_OTHER = Property("", Verdict.CANNOT_TELL, None, "A property that this version of noise_ops does not know.")


def meaning(property_name: str) -> Property:
    """Return what a fact's property means; one of an unknown property is such that no verdict follows from it."""
    return PROPERTIES.get(property_name.partition(" ")[0], _OTHER)


# What is read ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Environment:
    """What a fingerprint was recorded with: what may explain a difference and is no fact about a layer.

    Attributes:
      tensorflow: version of TensorFlow.
      distribution: name of the package that brought it, such as "tensorflow-cpu", if it is known.
      keras: version of the Keras behind `tf.keras`, 2 or 3, if there is one.
      tf_keras: version of tf_keras, if it is installed.
      numpy: version of NumPy.
      python: version of Python.
      platform: operating system and architecture, such as "Linux x86_64".
      libc: C library and version, whose log, sin and cos the kernels call.
      cpu: instruction sets that decide how XLA and the kernels round.
      device: "CPU", or how many GPUs.
      floatx: Keras' default dtype.
      image_data_format: Keras' default data format.
      flags: variables that were set and that change what TensorFlow or Keras do.
    """

    tensorflow: str
    distribution: str | None
    keras: str | None
    tf_keras: str | None
    numpy: str
    python: str
    platform: str
    libc: str
    cpu: str
    device: str
    floatx: str | None
    image_data_format: str | None
    flags: Mapping[str, str]


_REQUIRED = ("tensorflow", "numpy", "python", "platform", "libc", "cpu", "device")


@dataclass(frozen=True)
class Raised:
    """What was raised where a value was to be observed.

    Attributes:
      type: name of the exception's class.
      when: "made" or "called", where an argument was tried.
      sentence: what it says; releases reword such sentences freely.
    """

    type: str
    when: str | None
    sentence: str


@dataclass(frozen=True)
class Fact:
    """One observation.

    Attributes:
      subject: full name, such as "keras.layers.Dropout" or "keras.layers.LSTM(recurrent_dropout)".
      dtype: compute dtype.
      mode: how the subject was run, such as "eager".
      property: what was observed, with its argument if there is one, such as "accepts rate=1".
      value: what was seen.
    """

    subject: str
    dtype: str
    mode: str
    property: str
    value: Value

    @builtins.property
    def key(self) -> tuple[str, str, str, str]:
        """What the fact is about: subject, dtype, mode and property."""
        return self.subject, self.dtype, self.mode, self.property

    @builtins.property
    def meaning(self) -> Property:
        """What the property means."""
        return meaning(self.property)

    @builtins.property
    def raised(self) -> Raised | None:
        """The exception in the place of the value, if there is one."""
        found = _RAISED.fullmatch(self.value) if isinstance(self.value, str) else None
        return Raised(found[1], found[2], found[3] or "") if found else None

    @builtins.property
    def fate(self) -> str | None:
        """How the observation ended its process, "crashes: SIGSEGV" or "hangs", if it did."""
        died = isinstance(self.value, str) and (self.value == "hangs" or self.value.startswith("crashes: "))
        return str(self.value) if died else None

    @builtins.property
    def documented(self) -> bool | None:
        """Whether the value is a documented one; None where nothing is documented of it."""
        if self.raised or self.fate:
            return False if self.meaning.documented else None
        if not self.meaning.documented or not isinstance(self.value, str):
            return None
        return self.value in self.meaning.documented


@dataclass(frozen=True)
class Fingerprint:
    """What one environment does.

    Attributes:
      environment: what it was recorded with.
      probe: number of the probe that recorded it; facts of different probes are not comparable.
      recorded: values by subject, "dtype/mode" and property, as they are in the file; read-only.
    """

    environment: Environment
    probe: int
    recorded: Mapping[str, Mapping[str, Mapping[str, Value]]]

    def facts(self) -> Iterator[Fact]:
        """Yield every fact in a fixed order: what was recorded, and what follows from it."""
        for subject in sorted(self.recorded):
            for target in sorted(self.recorded[subject]):
                dtype, _, mode = target.partition("/")
                values = {**_derived(mode, self.recorded[subject][target]), **self.recorded[subject][target]}
                for name in sorted(values):
                    yield Fact(subject, dtype, mode, name, values[name])

    def by_key(self) -> dict[tuple[str, str, str, str], Fact]:
        """Return every fact by what it is about."""
        return {fact.key: fact for fact in self.facts()}


def _derived(mode: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the facts that a stream implies and the probe therefore leaves out."""
    stream = values.get("stream")
    if not isinstance(stream, str) or _RAISED.fullmatch(stream) or stream == "hangs" or stream.startswith("crashes: "):
        return {}
    derived: dict[str, Value] = {"shape_and_dtype_kept": "kept"}
    reproducible = stream != "not reproducible"
    if mode in ("eager", "xla"):
        derived["same_seed_same_noise"] = "yes" if reproducible else "no"
    if reproducible:
        derived["replicas_draw_apart" if mode == "mirrored" else "new_call_new_noise"] = labels(stream.split(" "))
    unseeded = values.get("unseeded_stream")
    if isinstance(unseeded, str) and not _RAISED.fullmatch(unseeded) and unseeded != "hangs":
        derived["unseeded_layers_differ"] = labels(unseeded.split(" "))
    return derived


def labels(digests: list[str]) -> str:
    """Name digests "a", "b", ... in order of appearance, equal ones alike."""
    order = list(dict.fromkeys(digests))
    return "".join("abcdefghijklmnopqrstuvwxyz"[min(order.index(digest), 25)] for digest in digests)


def differences(old: Fingerprint, new: Fingerprint) -> list[str]:
    """Return what differs between two fingerprints, fact by fact, as "subject dtype/mode property".

    For a fingerprint against another of the same release; releases are compared with verdicts.
    """
    before, after = old.by_key(), new.by_key()
    keys = sorted(before.keys() | after.keys())
    differing = [key for key in keys if before.get(key) != after.get(key)]
    return [f"{subject} {dtype}/{mode} {name}" for subject, dtype, mode, name in differing]


# Reading --------------------------------------------------------------------------------------------------------------


def read(path: Path) -> Fingerprint:
    """Return the fingerprint in a file.

    Raises:
      FingerprintError: if the file cannot be read or is not a fingerprint of this format.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FingerprintError(f"{_shown(path.name)} cannot be read: {error.strerror or error}.") from None
    return parse(data, path.name)


def parse(data: bytes, name: str = "the fingerprint") -> Fingerprint:
    """Return the fingerprint that is written in `data`, named `name` in messages.

    Raises:
      FingerprintError: if it is not one of this format.
    """
    return _Reader(_shown(name)).fingerprint(data)


def _shown(text: object) -> str:
    """Return a text from outside in a form that is safe to print."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in str(text))
    return plain if len(plain) <= 60 else plain[:57] + "..."


class _Reader:
    """Takes one file's bytes to a fingerprint; holds the name for messages."""

    def __init__(self, name: str) -> None:
        self.name = name

    def refuse(self, why: str) -> NoReturn:
        raise FingerprintError(f"{self.name} is not a usable fingerprint: {why}.") from None

    def fingerprint(self, data: bytes) -> Fingerprint:
        whole = self.mapping(self.json(data), "the file")
        schema = whole.get("schema")
        if schema != SCHEMA:
            if isinstance(schema, str) and schema.startswith("noise_ops/fingerprint/"):
                self.refuse(f"its format is {_shown(schema)}, and this version of noise_ops reads {SCHEMA}")
            self.refuse(f"it does not say that its format is {SCHEMA}")
        self.keys(whole, {"schema", "probe", "environment", "facts"}, "the file")
        probe = whole["probe"]
        if type(probe) is not int or not 1 <= probe < 1000:
            self.refuse("its probe has no number")
        return Fingerprint(self.environment(whole["environment"]), probe, self.recorded(whole["facts"]))

    def json(self, data: bytes) -> Any:
        if len(data) > MAX_BYTES:
            self.refuse(f"it is larger than {MAX_BYTES // 1024} kB")
        try:
            text = data.decode("ascii")
        except UnicodeDecodeError:
            self.refuse("it holds bytes that are not ASCII")
        try:
            return json.loads(
                text,
                parse_int=self.integer,
                parse_float=lambda number: self.refuse(f"it holds the number {_shown(number)}, which is no integer"),
                parse_constant=lambda number: self.refuse(f"it holds {_shown(number)}"),
                object_pairs_hook=self.object,
            )
        except RecursionError:
            self.refuse("it is nested too deeply")
        except json.JSONDecodeError as error:
            self.refuse(f"it is damaged or cut short at line {error.lineno} ({error.msg})")

    def integer(self, digits: str) -> int:
        # Checked before the conversion: that of a million digits takes minutes, or is refused by Python.
        if len(digits) > 20 or abs(number := int(digits)) > MAX_INTEGER:
            self.refuse(f"it holds the number {_shown(digits)}, which is too large")
        return number

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            self.refuse("one of its keys occurs twice in an object")
        return found

    def mapping(self, value: Any, what: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.refuse(f"{what} is not an object")
        return value

    def keys(self, found: dict[str, Any], expected: set[str], what: str) -> None:
        if missing := sorted(expected - found.keys()):
            self.refuse(f"{what} lacks {missing[0]}")
        if unknown := sorted(found.keys() - expected):
            self.refuse(f"{what} has an unknown entry {_shown(unknown[0])}")

    def text(self, value: Any, what: str) -> str:
        if not isinstance(value, str):
            self.refuse(f"{what} is not a string")
        if len(value) > MAX_TEXT:
            self.refuse(f"{what} is longer than {MAX_TEXT} characters")
        if not _PRINTABLE.fullmatch(value):
            self.refuse(f"{what} holds characters that are not printable ASCII")
        return value

    def environment(self, value: Any) -> Environment:
        entries = self.mapping(value, "its environment")
        names = {field.name for field in fields(Environment)}
        self.keys(entries, names, "its environment")
        flags = self.mapping(entries["flags"], "its list of flags")
        if len(flags) > MAX_ITEMS:
            self.refuse("its environment has too many flags")
        read: dict[str, Any] = {
            name: None
            if entries[name] is None and name not in _REQUIRED
            else self.text(entries[name], f"{name} of its environment")
            for name in names - {"flags"}
        }
        read["flags"] = MappingProxyType(
            {self.text(flag, "the name of a flag"): self.text(setting, "a flag") for flag, setting in flags.items()}
        )
        return Environment(**read)

    def recorded(self, value: Any) -> Mapping[str, Mapping[str, Mapping[str, Value]]]:
        count = 0
        subjects = {}
        for subject, targets in self.mapping(value, "its list of facts").items():
            self.name_of("subject", subject, _SUBJECT)
            by_target = {}
            for target, values in self.mapping(targets, f"what it says of {_shown(subject)}").items():
                self.name_of("target", target, _TARGET)
                where = f"{_shown(subject)} {target}"
                facts = {}
                for name, fact in self.mapping(values, f"what it says of {where}").items():
                    self.name_of("property", name, _PROPERTY)
                    facts[name] = self.value(fact, f"{name} of {where}")
                count += len(facts)
                if count > MAX_FACTS:
                    self.refuse(f"it holds more than {MAX_FACTS} facts")
                by_target[target] = MappingProxyType(facts)
            subjects[subject] = MappingProxyType(by_target)
        if not count:
            self.refuse("it holds no facts")
        return MappingProxyType(subjects)

    def name_of(self, what: str, name: str, pattern: re.Pattern[str]) -> None:
        if not pattern.fullmatch(name):
            self.refuse(f"{_shown(name)!r} is no name of a {what}")

    def value(self, value: Any, what: str) -> Value:
        if isinstance(value, (bool, int)):
            return value
        if isinstance(value, list):
            return self.items(value, what)
        if isinstance(value, dict):
            if len(value) > MAX_ITEMS:
                self.refuse(f"{what} has more than {MAX_ITEMS} entries")
            return MappingProxyType({self.text(key, what): self.count(entry, what) for key, entry in value.items()})
        return self.text(value, what)

    def items(self, value: list[Any], what: str) -> tuple[str, ...] | Integers:
        if len(value) > MAX_ITEMS:
            self.refuse(f"{what} has more than {MAX_ITEMS} items")
        if all(type(item) is int for item in value):
            return tuple(value)
        return tuple(self.text(item, f"an item of {what}") for item in value)

    def count(self, value: Any, what: str) -> int | Integers:
        if type(value) is int:
            return value
        if isinstance(value, list) and len(value) <= MAX_ITEMS and all(type(item) is int for item in value):
            return tuple(value)
        self.refuse(f"{what} holds what is neither an integer nor a list of integers")
