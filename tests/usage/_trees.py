"""Code bases of a few files, and what is found in them."""

import textwrap

from noise_ops.fingerprint import shipped
from noise_ops.usage import code


def written(folder, **files):
    """A folder with Python files, by their paths without the ending."""
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


def usage(folder, **files):
    """What files use."""
    return code.read(written(folder, **files), shipped.signatures())


def subjects(folder, **files):
    """The subjects that files use, those of both libraries behind tf.keras once."""
    return sorted({name.removeprefix("tf_") for name in usage(folder, **files).subjects})
