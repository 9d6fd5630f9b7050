"""deviations.toml: each entry is measured, explained, and speaks of checks and subjects that exist."""

from dataclasses import replace
from fnmatch import fnmatch
from importlib.metadata import version
from itertools import product

import pytest
from packaging.specifiers import SpecifierSet

from noise_ops.deviations import Asked, Deviation, by_group, known, versions
from noise_ops.properties.catalog import QUESTIONS
from noise_ops.reference.variates import DTYPES
from noise_ops.subjects import catalog, modes

each = pytest.mark.parametrize("deviation", known(), ids=lambda deviation: deviation.name)
DTYPE_NAMES = [dtype.name for dtype in DTYPES]
LIBRARIES = ("keras", "tf_keras", "tensorflow")

EXAMPLE = Deviation(
    "example",
    ("mask_density",),
    ("keras.layers.*",),
    (("keras", ">=3.1,<3.4"),),
    "a",
    "b",
    "c",
    ("float16",),
    (),
    (0.3,),
)
ASKED = ("mask_density", "keras.layers.Dropout", "float16", "eager", 0.3, "keras", "3.2.1", "2.16.2")


def library_of(subject):
    """The library whose version decides about a subject."""
    if subject.startswith("noise_ops"):
        return "tf_keras" if "keras2" in subject else "keras"
    return "tensorflow" if subject.startswith("tf.") else subject.split(".")[0]


def test_names_are_unique():
    names = [deviation.name for deviation in known()]
    assert sorted(set(names)) == sorted(names)


@each
def test_names_hold_no_colon_which_ends_them_in_a_report(deviation):
    assert ":" not in deviation.name


@each
def test_the_property_is_an_existing_check(deviation):
    assert all(any(fnmatch(name, pattern) for name in QUESTIONS) for pattern in deviation.properties)


@each
def test_every_pattern_matches_a_known_subject(deviation):
    for pattern in deviation.subjects:
        assert any(fnmatch(name, pattern) for name in catalog.names()), pattern


@each
def test_every_library_named_has_a_subject_named(deviation):
    names = [name for name in catalog.names() if any(fnmatch(name, pattern) for pattern in deviation.subjects)]
    matched = {library_of(name) for name in names}
    if any("keras2" in name for name in names):
        matched.add("keras")  # whose second generation the layer is made for, too
    assert {library for library, _ in deviation.versions} <= matched


@each
def test_dtypes_and_modes_exist(deviation):
    assert set(deviation.dtypes) <= set(DTYPE_NAMES)
    assert set(deviation.modes) <= set(modes.NAMES)


@each
def test_version_ranges_parse_and_name_a_library(deviation):
    for library, allowed in deviation.versions:
        assert library in LIBRARIES
        assert len(SpecifierSet(allowed)) > 0


@each
@pytest.mark.parametrize("field", ["measured", "reason", "link", "group", "briefly"])
def test_every_entry_is_measured_explained_and_linked(deviation, field):
    assert getattr(deviation, field).strip()


@each
def test_an_entry_is_told_on_one_line_of_a_screen(deviation):
    libraries = [library for library, allowed in deviation.versions if "<3" not in allowed or "==" in allowed]
    named = ", ".join("tf" if name == "tensorflow" else name for name in libraries)
    assert len(f"  {deviation.name} ({named}): {deviation.briefly}") <= 80


def test_every_group_has_a_deviation_and_every_deviation_a_group():
    grouped = by_group(known())
    assert [entry for members in grouped.values() for entry in members] == sorted(
        known(), key=lambda entry: list(grouped).index(entry.group)
    )
    assert list(by_group([])) == []


@each
def test_a_link_is_a_report_upstream_or_said_to_be_missing(deviation):
    assert deviation.link == "none found" or "#" in deviation.link or "https://" in deviation.link


def test_at_most_one_deviation_is_expected_of_a_check():
    parameters = {value for deviation in known() for value in deviation.parameters} | {None}
    properties = {name for deviation in known() for name in deviation.properties if "*" not in name}
    mode_names = {name for deviation in known() for name in deviation.modes} | {"eager"}
    installed = {library: version(library) for library in LIBRARIES}
    for asked in product(properties, catalog.names(), DTYPE_NAMES, mode_names, parameters):
        library = library_of(asked[1])
        one_check = Asked(*asked, library, installed[library], installed["tensorflow"])
        told = [deviation for deviation in known() if deviation.concerns(one_check)]
        assert len(told) <= 1, asked


@pytest.mark.parametrize(("tensorflow", "told"), [("2.16.2", True), ("2.17.0", False), ("2.15.1", False)])
def test_a_deviation_of_a_keras_may_depend_on_the_tensorflow_beneath(tensorflow, told):
    entry = replace(EXAMPLE, beneath=">=2.16,<2.17")
    assert entry.concerns(Asked(*ASKED[:-1], tensorflow)) is told
    assert versions(entry) == ["keras >=3.1,<3.4 on TensorFlow >=2.16,<2.17"]
    assert EXAMPLE.concerns(Asked(*ASKED[:-1], tensorflow))


def test_a_deviation_concerns_what_it_names():
    assert EXAMPLE.concerns(Asked(*ASKED))


@pytest.mark.parametrize(
    ("position", "other"),
    list(enumerate(["mean_preservation", "tf_keras.layers.Dropout", "float32", None, 0.5, "tf_keras", "3.4.0"])),
)
def test_a_deviation_concerns_nothing_else(position, other):
    asked = [*ASKED[:position], other, *ASKED[position + 1 :]]
    assert EXAMPLE.concerns(Asked(*asked)) is (other is None)  # no mode is named, so every mode is concerned


@pytest.mark.parametrize(("release", "expected"), [("3.2.0rc1", True), ("3.2.0.dev20240101", True), ("3.0.5", False)])
def test_nightlies_and_candidates_are_in_the_range_of_their_release(release, expected):
    assert EXAMPLE.concerns(Asked(*ASKED[:-2], release, ASKED[-1])) is expected
