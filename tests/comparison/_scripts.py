"""Scripts of findings, run many at a time in one process of any TensorFlow, and what each is to print."""

import functools
import itertools
import json
import os
import subprocess
from typing import NamedTuple

from noise_ops.comparison import scripts
from noise_ops.comparison.changes import Change
from noise_ops.comparison.compare import compare
from noise_ops.comparison.configs import entries
from noise_ops.comparison.deltas import Names, deltas
from noise_ops.comparison.roundings import ulps
from noise_ops.comparison.signatures import names
from noise_ops.fingerprint import shipped
from noise_ops.subjects.environment import cpu_features

FAR = (("2.15.1", "2.16.2"), ("2.15.1", "2.21.0"), ("2.4.4", "2.21.0"), ("keras==3.0.5", "keras==3.15.1"))

RUNNER = """
import contextlib, io, json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
scripts = json.load(sys.stdin)
import tensorflow as tf
tf.get_logger().setLevel("ERROR")
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
told = []
for script in scripts:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        try:
            exec(compile(script, "script", "exec"), {"__name__": "script"})
        except BaseException as error:
            print("SCRIPT FAILED", type(error).__name__, error)
    told.append(shown.getvalue())
print("\\n" + json.dumps(told))
"""


class Shown(NamedTuple):
    """A script, the change that it shows, and the releases that are sides of such a finding."""

    change: Change
    script: str
    releases: set[str]


def pairs():
    """Every release with the one before it, and some far apart."""
    found = [pair for library in shipped.LIBRARIES for pair in itertools.pairwise(shipped.releases(library))]
    sides = [(old.side(), new.side()) for old, new in found]
    return sides + [(shipped.resolve(old), shipped.resolve(new)) for old, new in FAR]


@functools.cache
def every():
    """Every distinct script that the pairs can produce, with the sides that a finding shows it on."""
    found = {}
    for old, new in pairs():
        for group in compare(old, new, predict=False).groups:
            if group.script:
                shown = found.setdefault(group.script, Shown(group.changes[0], group.script, set()))
                shown.releases.update((old.name, new.name))
    return tuple(found.values())


@functools.cache
def of_changes():
    """Every distinct script of any change between the pairs: that of a group's first change where layers are chosen."""
    found = {shown.script: shown._replace(releases=set(shown.releases)) for shown in every()}
    for old, new in pairs():
        for group in compare(old, new, predict=False).groups:
            for change in group.changes:
                shown = found.setdefault(text := scripts.script(change), Shown(change, text, set()))
                shown.releases.update((old.name, new.name))
    return tuple(shown for shown in found.values() if shown.script)


def said_of(release):
    """The scripts of changes of which a release is one side."""
    return [shown for shown in of_changes() if release.name in shown.releases]


def run(python, texts, seconds=900):
    """What scripts print, each alone, in one process."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "KERAS_BACKEND")}
    done = subprocess.run(
        [str(python), "-c", RUNNER],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def wrong(change, fingerprint, printed):
    """What is wrong with what a script printed where a fingerprint was recorded; "" if it is what the finding says."""
    lines = printed.strip().splitlines() or [""]
    fact = fingerprint.fact(change.subject, change.dtype, change.mode, change.property)
    if "SCRIPT FAILED" in printed:
        return f"it fails: {printed[-300:]}"
    if change.code == "config-refused":
        refused = bool(set(change.beside) - entries(fact.value).keys())
        return "" if lines[0].startswith("raises" if refused else "loads") else printed[-300:]
    if change.property == "signature":
        return "; ".join(f"no {name} in {printed}" for name in names(fact.value) if name not in printed)
    if change.property == "config":
        missing = entries(fact.value).keys() - entries(tuple(lines)).keys()
        return f"no {missing} in {printed}" if missing else ""
    expected = _expected(change, fingerprint, fact)
    found = [line for line in lines if line.startswith(expected)]
    # The processor decides how sums of products are rounded: another than recorded draws the same, to the last digits.
    rounded = change.code == "rounding" or cpu_features() != fingerprint.environment.cpu.split()
    same = found or (rounded and _rounded(change, _head(change, fingerprint), lines[-1]))
    return "" if same else f"{printed[-300:]!r} is not {expected!r}"


def _rounded(change, head, line):
    """Whether a script printed the recorded units, rounded otherwise; any, of modes of which none are recorded."""
    _, works, units = line.partition("works; first units: ")
    return works and (change.code == "rounding" if not head else ulps(head, units, change.dtype) is not None)


def _expected(change, fingerprint, fact):
    """How the line begins that a finding's script is to print."""
    value = fact.value
    if fact.raised:
        return value.partition(":")[0]
    if isinstance(value, str) and value.startswith("not reproducible"):
        return {"noise_is_normal": "variance", "mask_density": "drops"}.get(change.property.split()[0], "works")
    if change.property in ("stream", "unseeded_stream", "words_stream"):
        return f"works; first units: {_head(change, fingerprint)}"
    if change.property == "shape_and_dtype_kept" and value == "kept":
        return change.dtype
    return " ".join(map(str, value)) if isinstance(value, tuple) else said(change, value)


def _head(change, fingerprint):
    """The recorded words of the first units of the stream, where they were recorded."""
    if change.property != "stream":
        return ""
    modes = [change.mode]
    likeness = fingerprint.fact(change.subject, change.dtype, change.mode, "mode_draws_eager_stream")
    modes += ["eager"] if likeness is not None and likeness.value == "bits" else []
    heads = [fingerprint.fact(change.subject, change.dtype, mode, "head") for mode in modes]
    return next((head.value for head in heads if head is not None), "")


def said(change, value):
    """What a finding says of a value."""
    alone = change.__class__(
        change.code,
        change.subject,
        change.dtype,
        change.mode,
        change.property,
        change.stage,
        change.keeps,
        value,
        value,
    )
    (text,) = deltas(Names("OLD", "NEW"), alone)
    text = text.removeprefix("both sides: ").partition(f" ({change.property}: ")[0]
    if change.property.startswith("accepts "):
        text = text.partition(": ")[2].partition(" on both sides")[0]
    return text.strip('"')
