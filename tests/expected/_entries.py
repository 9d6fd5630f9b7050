"""An entry of a file of expected findings, about an upgrade."""

from noise_ops.expected import file

ENTRY = """
[[expected]]
code = "raises"
subject = "keras.layers.*"
mode = "mirrored"
versions = { old = "keras<3.7", new = "keras>=3.7,<3.8" }
reason = "nobody here trains under MirroredStrategy"
link = "https://example.org/issues/1"
expires = 2027-01-31
"""


def parsed(*changes):
    """The entry with some of its text replaced."""
    text = ENTRY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return file.parse(text)
