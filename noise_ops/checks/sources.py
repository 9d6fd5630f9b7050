"""How a subject is made, as Python source with TensorFlow alone."""

from __future__ import annotations

from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import GLOBAL_SEED, SECOND_SEED
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.targets import Target


def made(target: Target, case: Case) -> list[str]:
    """Return lines that define `new`: it seeds TensorFlow and makes the subject of a case, some arguments changed.

    A function is made a function of an input, to be called as a layer is.
    """
    subject, given = target.subject, {**case.arguments(), "seed": case.seed}
    arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
    if not isinstance(subject, LayerSubject):
        return _function(subject, arguments)
    mixed = target.mode.startswith("mixed_")
    dtype = f"keras.mixed_precision.Policy({target.mode!r})" if mixed else repr(case.x.dtype.name)
    imported = f"import {subject.name.rpartition('.')[0].removesuffix('.layers')}"
    library = "import keras" if subject.library.name == "keras" else f"import {subject.library.name} as keras"
    return [
        imported,
        *([library] if library != imported else []),
        "def new(**changes):",
        f"    tf.random.set_seed({GLOBAL_SEED})",
        f"    return {subject.name}(**{{**dict({arguments}, dtype={dtype}), **changes}})",
    ]


def _function(subject: Subject, arguments: str) -> list[str]:
    rest = ", ".join(filter(None, ("dtype=x.dtype" if subject.draws else "", "**given")))
    first = "tf.shape(x)" if subject.draws else "x"
    lines = [
        "def new(**changes):",
        f"    tf.random.set_seed({GLOBAL_SEED})",
        f"    given = {{**dict({arguments}), **changes}}",
        '    seed = given.pop("seed")',
    ]
    if subject.rule == "generator":
        owner, _, method = subject.name.rpartition(".")
        call = f"generator.{method}({first}, {rest})"
        lines.append(f"    generator = {owner}.from_seed(seed)")
    else:
        seed = f"tf.constant([seed, {SECOND_SEED}], tf.int64)" if subject.stateless else "seed"
        call = f"{subject.name}({first}, seed={seed}, {rest})"
    return [*lines, f"    return lambda x, training=True: {call}"]
