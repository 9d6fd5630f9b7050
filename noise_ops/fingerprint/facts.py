"""Fingerprints in memory: an environment, and facts about the layers in it."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from noise_ops.properties.catalog import meaning
from noise_ops.properties.declaring import Property

Integers = tuple[int, ...]
Value = str | int | bool | tuple[str, ...] | Integers | Mapping[str, int | Integers]
"""What a fact may be; lists are tuples, objects are read-only."""

_RAISED = re.compile(r"raises ([A-Za-z_][A-Za-z0-9_]*)(?: when (made|called))?:(?: (.*))?")


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
      flags: variables and settings of the user that change what TensorFlow or Keras do.
      epsilon: Keras' small number, if it was recorded.
      dtype_policy: Keras' global policy, if it was recorded.
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
    epsilon: str | None = None
    dtype_policy: str | None = None

    @property
    def early(self) -> bool:
        """Whether it was recorded before a record named Keras' settings, and with other arguments of the probe."""
        return self.keras is not None and self.dtype_policy is None


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
      only: patterns of the subjects that were asked for; none for all. What was not asked for is not gone.
      only_modes: the modes that were asked for; none for all.
    """

    environment: Environment
    probe: int
    recorded: Mapping[str, Mapping[str, Mapping[str, Value]]]
    only: tuple[str, ...] = ()
    only_modes: tuple[str, ...] = ()

    def facts(self) -> Iterator[Fact]:
        """Yield every fact in a fixed order: what was recorded, and what follows from it."""
        for subject in sorted(self.recorded):
            for target in sorted(self.recorded[subject]):
                dtype, _, mode = target.partition("/")
                values = {**_derived(mode, self.recorded[subject][target]), **self.recorded[subject][target]}
                for name in sorted(values):
                    yield Fact(subject, dtype, mode, name, values[name])

    def fact(self, subject: str, dtype: str, mode: str, name: str) -> Fact | None:
        """Return one fact, recorded or implied; None if there is none."""
        values = self.recorded.get(subject, {}).get(f"{dtype}/{mode}", {})
        found = {**_derived(mode, values), **values}.get(name)
        return None if found is None else Fact(subject, dtype, mode, name, found)

    def by_key(self) -> dict[tuple[str, str, str, str], Fact]:
        """Return every fact by what it is about."""
        return {fact.key: fact for fact in self.facts()}


def _derived(mode: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the facts that a stream implies and the probe therefore leaves out."""
    # A stream names the digests of successive outputs, so that equal calls, replicas and layers show in it already; to
    # record that again would only add lines, which could contradict it. A fact that is recorded all the same outranks
    # the one derived here: the probe writes what a stream cannot show, such as outputs of another shape or dtype.
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
