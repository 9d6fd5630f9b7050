"""breaks.py: each break is in the shipped fingerprints, in one or two ranges of releases, and over or not."""

import pytest

from noise_ops.fingerprint import shipped
from noise_ops.history.breaks import BREAKS


@pytest.mark.parametrize("entry", BREAKS, ids=lambda entry: entry.sentence)
def test_a_break_is_seen_somewhere(entry):
    every = [release.version for release in shipped.releases(entry.library)]
    assert set(entry.releases()) <= set(every)
    assert entry.releases()
    assert entry.told().count(",") <= 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("recurrent_dropout", "to 3.1.1"),
        ("float16, bfloat16", "to 3.1.1"),
        ("MirroredStrategy", "3.7.0 only"),
        ("Dropout(1.0)", "to 3.13.2"),
        ("seeded Dropout called twice", "to 2.7.4"),
        ("infinity", "to 2.10.1"),
        ("data_format", "to 2.15.1"),
        ("vectorized_map", "from 2.16.2 on"),
        ("Dataset.map", "to 2.15.1"),
        ("whose rate is a", "from 2.16.2 on"),
        ("a range that holds none", "from 2.5.3 on"),
        ("XLA draws another stream", "2.5.3 to 2.6.5, from 2.13.1 on"),
    ],
)
def test_the_known_breaks_are_found_where_they_happened(words, told):
    assert next(entry for entry in BREAKS if words in entry.sentence).told() == told
