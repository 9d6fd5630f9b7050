"""requirements.py: what a user asks for is names with versions and nothing else, with what each TensorFlow needs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noise_ops.environments import requirements
from noise_ops.environments.requirements import parse
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped

ON_2_16 = ((3, 12), (3, 11), (3, 10), (3, 9))


@pytest.mark.parametrize(
    ("text", "packages", "pythons"),
    [
        ("2.15.1", ("tensorflow==2.15.1", "numpy<2"), ((3, 11), (3, 10), (3, 9))),
        ("2.15", ("tensorflow==2.15.*", "numpy<2"), ((3, 11), (3, 10), (3, 9))),
        ("2.20.0", ("tensorflow==2.20.0",), ((3, 13), (3, 12), (3, 11), (3, 10), (3, 9))),
        ("2.4.4", ("tensorflow==2.4.4", "protobuf<3.20", "numpy<1.24"), ((3, 8),)),
        ("keras==3.7.0", ("tensorflow==2.16.2", "keras==3.7.0", "numpy<2"), ON_2_16),
        ("3.7.0", ("tensorflow==2.16.2", "keras==3.7.0", "numpy<2"), ON_2_16),
        ("3.7", ("tensorflow==2.16.2", "keras==3.7.*", "numpy<2"), ON_2_16),
        ("3.7.0 2.16.2", ("tensorflow==2.16.2", "keras==3.7.0", "numpy<2"), ON_2_16),
        ("keras", ("tensorflow==2.16.2", "keras", "numpy<2"), ON_2_16),
        ("tensorflow==2.16.2\n\n\tkeras==3.7.1\r\n", ("tensorflow==2.16.2", "keras==3.7.1", "numpy<2"), ON_2_16),
        ("tensorflow==2.16.2 keras==3.7.1", ("tensorflow==2.16.2", "keras==3.7.1", "numpy<2"), ON_2_16),
        ("tensorflow-cpu == 2.16.2\nkeras >= 3.7", ("tensorflow-cpu==2.16.2", "keras>=3.7", "numpy<2"), ON_2_16),
        ("tensorflow==2.20.0 keras>=3.7 , <3.8", ("tensorflow==2.20.0", "keras<3.8,>=3.7"), ((3, 13), *ON_2_16)),
        ("tf_keras==2.16.0", ("tensorflow==2.16.*", "tf_keras==2.16.0", "numpy<2"), ON_2_16),
        ("keras==2.15.0", ("tensorflow==2.15.*", "keras==2.15.0", "numpy<2"), ((3, 11), (3, 10), (3, 9))),
        ("keras<3", ("tensorflow==2.15.*", "keras<3", "numpy<2"), ((3, 11), (3, 10), (3, 9))),
        ("tf-keras", ("tensorflow==2.21.*", "tf-keras"), ((3, 13), (3, 12), (3, 11), (3, 10))),
        ("tensorflow<=2.4.1", ("tensorflow<=2.4.1", "protobuf<3.20", "numpy<1.24"), ((3, 8),)),
        ("2.18.0rc0", ("tensorflow==2.18.0rc0",), ON_2_16),
        ("tensorflow==2.16.2 numpy==1.26.4", ("tensorflow==2.16.2", "numpy==1.26.4"), ON_2_16),
        ("tf-nightly", ("tf-nightly",), ((3, 13), (3, 12), (3, 11), (3, 10))),
        ("tensorflow==2.99.0", ("tensorflow==2.99.0",), ((3, 13), (3, 12), (3, 11), (3, 10))),
    ],
)  # fmt: skip
def test_what_is_installed_and_with_which_pythons(text, packages, pythons):
    found = parse(text)
    assert (set(found.packages), found.pythons) == (set(packages), pythons)


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("2.15.1", "2.15.1"),
        ("2.15", "2.15.1"),
        ("tensorflow==2.15.1", "2.15.1"),
        ("tensorflow-cpu==2.15.1", "2.15.1"),
        ("keras==3.7.0", "keras==3.7.0"),
        ("3.7", "keras==3.7.0"),
        ("tensorflow==2.15.*", "2.15.1"),
        ("TensorFlow==2.15.1", "2.15.1"),
        ("tensorflow_cpu==2.15.1", "2.15.1"),
        ("2.15.0", None),
        ("tensorflow==2.15", None),  # to pip that is 2.15.0
        ("tensorflow==2.*", None),
        ("keras==3.7.0 numpy==1.26.4", None),
        ("tensorflow==2.16.2 keras==3.7.0", None),
        ("tensorflow>=2.15", None),
        ("tf-nightly", None),
    ],
)
def test_a_shipped_release_is_known(text, release):
    found = parse(text).release
    assert (found.name if found else None) == release


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("tensorflow==2.16.2 keras==3.7.1", True),
        ("tensorflow==2.16.2 keras", False),
        ("tensorflow==2.16.*", False),
        ("tensorflow>=2.16", False),
        ("tf-nightly", False),
        ("tensorflow==2.16.2 keras-nightly", False),
        ("tensorflow==2.16.2 scipy", True),
    ],
)
def test_only_versions_under_test_must_be_exact(text, exact):
    assert parse(text).exact is exact


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "numpy",
        "numpy==1.26",
        "tensorflow==1.15.5",
        "tensorflow<2.4",
        "2.3.0",
        "tensorflow==2.16.2 tensorflow-cpu==2.16.2",
        "tensorflow==2.16.2 tensorflow==2.15.1",
        "2.16.2 2.15.1",
        "keras==1.0",
        "keras==2.16.0",
        "keras>=3.8,<3.7",
        "tensorflow===2.16.2",
        "tensorflow[and-cuda]==2.16.2",
        "keras[jax]==3.7.0",
        "tensorflow==2.16.2;python_version>'3'",
        "tensorflow==2.16.2 ; python_version > '3'",
        "tensorflow @ https://example.org/tensorflow.whl",
        "tensorflow@file:///tensorflow.whl",
        "https://example.org/tensorflow.whl",
        "git+https://example.org/keras",
        "./keras-3.7.0.whl",
        "/etc/passwd",
        "C:\\keras.whl",
        "..",
        "-r requirements.txt",
        "-e .",
        "--index-url https://example.org tensorflow==2.16.2",
        "--index-url=https://example.org tensorflow==2.16.2",
        "tensorflow==2.16.2 --pre",
        "tensorflow==2.16.2 && true",
        "tensorflow==2.16.2; true",
        "tensorflow==2.16.2|true",
        "$(true)",
        "٢.16.2",
        "tensorflow==2.16.2\0",
        "\x1b[2J",
        "tensorflow==2.16.2\u202e",
        "tensorflow " * 20,
        "x" * 1000,
    ],
)
def test_what_is_more_or_less_than_that_is_one_sentence(text):
    with pytest.raises(UserError) as refused:
        parse(text)
    message = str(refused.value)
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 500


WORDS = st.sampled_from(
    ["tensorflow", "keras", "==", "2.16.2", ">=", "3", ",", "-", "--", " ", "\n", "[", "]", "@", "://", ";", ".*", "/"]
)


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(st.one_of(st.text(), st.lists(WORDS, max_size=8).map("".join)))
def test_no_text_makes_an_installer_do_more(text):
    for package in packages(text):
        assert package[0].isalnum()
        assert not set(package) & set(" /\\:@;[]\n")


def packages(text):
    try:
        return parse(text).packages
    except UserError:
        return ()


def test_the_tables_know_every_shipped_tensorflow():
    minors = {shipped.numbers(release.version)[1] for release in shipped.releases("tensorflow")}
    assert minors == set(requirements._MINORS)
    for minor in minors:
        assert parse(f"2.{minor}").pythons
