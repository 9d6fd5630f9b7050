"""environments/pins.py: what a requirements file pins, however it is written, and what it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops.environments import pins, requirements
from noise_ops.errors import UserError


@pytest.fixture
def file(tmp_path):
    """Write a requirements file."""

    def written(text, name="requirements.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return written


@pytest.mark.parametrize(
    "line",
    [
        "keras==3.7.0",
        "Keras == 3.7.0  # of March",
        "keras==3.7.0 \\\n    --hash=sha256:0123 \\\n    --hash=sha256:4567",
        "keras==3.7.0; python_version >= '3.8'",
        "keras==3.7.0\nkeras==3.6.0; python_version < '3.8'",
        "\ufeffkeras==3.7.0\r\nkeras-hub==0.18\r\nkeras_tuner>=1",
        "--index-url somewhere\nkeras==3.7.0\nkeras==3.7.0",
    ],
)
def test_a_pin_is_read_however_it_is_written(file, line):
    assert pins.read(file(f"{line}\nnumpy>=1.26\n")) == pins.Pins(("keras==3.7.0",), ())


NAMES = st.sampled_from(["tensorflow", "TensorFlow", "tensorflow-cpu", "tensorflow_cpu", "tf.nightly", "tf_keras"])


@given(NAMES, st.sampled_from(["", "[and-cuda]", " [and-cuda]"]), st.sampled_from(["", " "]), st.integers(4, 21))
def test_names_and_extras_are_read_as_pip_reads_them(tmp_path_factory, name, extras, space, minor):
    path = tmp_path_factory.mktemp("pins") / "requirements.txt"
    path.write_text(f"{name}{extras}{space}=={space}2.{minor}.0\n")
    (pin,) = pins.read(str(path)).exact
    assert requirements.parse(pin).exact


def test_two_files_are_the_two_sides(file):
    old = file("tensorflow[and-cuda]==2.16.2\nkeras==3.6.0\ntf_keras>=2.16\n", "old.txt")
    new = file("tensorflow[and-cuda]==2.18.1\nkeras==3.6.0\ntf_keras>=2.16\n", "new.txt")
    before, after, left_out = pins.sides(old, new)
    assert (before, after) == ("keras==3.6.0 tensorflow==2.16.2", "keras==3.6.0 tensorflow==2.18.1")
    assert left_out == "Not compared, since it pins no version: tf_keras>=2.16."


def test_requirements_are_no_file():
    assert pins.sides("keras==3.6.0", "2.16.2") == ("keras==3.6.0", "2.16.2", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "pins no TensorFlow and no Keras"),
        ("keras>=3\n", "it has 'keras>=3'"),
        ("keras==3.*\n", "pins no TensorFlow"),
        ("intel-tensorflow==2.15.0\n", "it has 'intel-tensorflow==2.15.0'"),
        ("keras @ file:///wheels/keras.whl\n", "it has 'keras @ file:///wheels/keras.whl'"),
        ("keras=3.7.0\n", "'keras=3.7.0', which is no requirement"),
        ("keras==3.7.0\n-r base.txt\n", "takes in another file, '-r base.txt'"),
        ("keras==3.7.0\n--constraint=pins.txt\n", "takes in another file"),
        ("keras==3.7.0\nKeras==3.6.0\n", "pins keras twice: keras==3.7.0 and keras==3.6.0"),
    ],
)
def test_what_cannot_be_known_is_refused(file, text, told):
    with pytest.raises(UserError) as refused:
        pins.read(file(text))
    assert told in str(refused.value)


def test_what_is_no_pin_must_not_differ(file):
    with pytest.raises(UserError, match=r"'tensorflow>=2\.18' stands in one of"):
        pins.sides(file("keras==3.6.0\n", "old.txt"), file("tensorflow>=2.18\nkeras==3.6.0\n", "new.txt"))


@pytest.mark.parametrize("name", ["missing.txt", "missing.in"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(UserError, match=r"cannot be read: No such file or directory\.$"):
        pins.sides(str(tmp_path / name), "keras==3.6.0")
