"""environments/pins.py: what a requirements file pins, however it is written, for whom, and what it does not."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noise_ops.environments import machines, pins, requirements
from noise_ops.environments.pins import Elsewhere
from noise_ops.errors import UserError
from tests.environments._pythons import script


@pytest.fixture
def file(tmp_path):
    """Write a requirements file."""

    def written(text, name="requirements.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return written


@pytest.fixture
def sides(file):
    """The two sides that two files are."""
    return lambda old, new, **options: pins.sides(file(old, "old.txt"), file(new, "new.txt"), **options)


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
    assert pins.File(file(f"{line}\nnumpy>=1.26\n")).pins(machines.here()) == pins.Pins(("keras==3.7.0",))


NAMES = st.sampled_from(["tensorflow", "TensorFlow", "tensorflow-cpu", "tensorflow_cpu", "tf.nightly", "tf_keras"])


@given(NAMES, st.sampled_from(["", "[and-cuda]", " [and-cuda]"]), st.sampled_from(["", " "]), st.integers(4, 21))
def test_names_and_extras_are_read_as_pip_reads_them(tmp_path_factory, name, extras, space, minor):
    path = tmp_path_factory.mktemp("pins") / "requirements.txt"
    path.write_text(f"{name}{extras}{space}=={space}2.{minor}.0\n")
    (pin,) = pins.File(str(path)).pins(machines.here()).exact
    assert requirements.parse(pin).exact


def test_two_files_are_the_two_sides(sides):
    found = sides(
        "tensorflow[and-cuda]==2.16.2\nkeras==3.6.0\ntf_keras>=2.16\n",
        "tensorflow[and-cuda]==2.18.1\nkeras==3.6.0\ntf_keras>=2.16\n",
    )
    assert (found.before, found.after) == ("keras==3.6.0 tensorflow==2.16.2", "keras==3.6.0 tensorflow==2.18.1")
    assert found.left_out == "Not compared, since it pins no version: tf_keras>=2.16."
    assert (found.where, found.elsewhere) == ("", ())


def test_requirements_are_no_file():
    assert pins.sides("keras==3.6.0", "2.16.2") == pins.Upgrade("keras==3.6.0", "2.16.2")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "pins no TensorFlow and no Keras; a pin is a line such as tensorflow==2.16.2."),
        ("numpy==2.0.0\ntensorflow-hub==0.16\ntensorboard==2.16.2\n", "a pin is a line such as"),
        ("keras>=3\n", "has 'keras>=3', which pins no version: write keras==3.15.1."),
        ("tensorflow~=2.16.0\n", "has 'tensorflow~=2.16.0', which pins no version: write tensorflow==2.16.2."),
        ("keras==3.*\n", "which pins no version"),
        (
            "tensorflow-gpu==2.10.1\n",
            "is a build of TensorFlow that noise-ops does not install: write tensorflow==2.10.1",
        ),
        ("intel-tensorflow>=2.15\n", "is a build of TensorFlow that noise-ops does not install"),
        ("keras @ file:///wheels/keras.whl\n", "has 'keras @ file:///wheels/keras.whl', which pins no version"),
        ("keras=3.7.0\n", "'keras=3.7.0', which is no requirement"),
        ("keras==3.7.0\n-r base.txt\n", "takes in another file, '-r base.txt'"),
        ("keras==3.7.0\n--constraint=pins.txt\n", "takes in another file"),
        ("keras==3.7.0\nKeras==3.6.0\n", "pins keras twice: keras==3.7.0 and keras==3.6.0"),
        ("tensorfow==2.16.2\n", "it has 'tensorfow==2.16.2': did you mean tensorflow?"),
        ("kears==3.7.0\n", "did you mean keras?"),
        ("keras==3.7.0; sys_platform == 'win32'\n", "on Windows AMD64 it pins keras==3.7.0."),
        ("keras==3.7.0; platform_machine == 'ppc64le'\n", "; it has \"keras==3.7.0; platform_machine == 'ppc64le'\"."),
    ],
)
def test_what_cannot_be_known_is_refused(sides, text, told):
    with pytest.raises(UserError) as refused:
        sides("keras==3.6.0\n", text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("tensorflow>=2.18", "pins no version, so that what it changes cannot be known: write tensorflow==2.21.0"),
        ("tensorflow-gpu==2.10.1", "is a build of TensorFlow that noise-ops does not install, so that"),
    ],
)
def test_what_cannot_be_judged_must_not_differ(sides, line, why):
    with pytest.raises(UserError) as refused:
        sides("keras==3.6.0\n", f"{line}\nkeras==3.6.0\n")
    assert f"'{line}' stands in one of" in str(refused.value)
    assert why in str(refused.value)
    assert sides(f"{line}\nkeras==3.6.0\n", f"keras==3.7.0\n{line}\n").left_out.endswith(f": {line}.")


@pytest.mark.parametrize("name", ["missing.txt", "missing.in"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(UserError, match=r"cannot be read: No such file or directory\.$"):
        pins.sides(str(tmp_path / name), "keras==3.6.0")


# Markers --------------------------------------------------------------------------------------------------------------

HERE = "python_version == '{}.{}'".format(*sys.version_info)
MARKERS = (
    HERE,
    "python_version < '3.12'",
    "python_full_version >= '3.12' and sys_platform == 'linux'",
    "python_full_version>='3.12' and sys_platform!='linux'",
    "sys_platform == 'darwin'",
    "sys_platform == 'win32' and platform_machine == 'AMD64'",
    "platform_machine == 'ppc64le'",
    "implementation_name == 'pypy' and python_version < '3.4'",
)


@settings(deadline=None)
@given(st.data())
def test_no_pin_changes_unseen_under_whatever_marker(tmp_path_factory, data):
    """Of each package one line, so that each line decides for its own marker."""
    folder = tmp_path_factory.mktemp("pins")
    names = data.draw(st.lists(st.sampled_from(["keras", "tf-keras"]), unique=True, min_size=1))
    marked = {name: data.draw(st.sampled_from(MARKERS)) for name in names}
    versions = [{name: data.draw(st.sampled_from(["2.16.2", "2.17.1"])) for name in names} for _ in range(2)]
    for name, of_side in zip(("old.txt", "new.txt"), versions, strict=True):
        lines = [f"{package}=={of_side[package]} ; {marker}" for package, marker in marked.items()]
        (folder / name).write_text("\n".join(["tensorflow==2.16.2", *lines]))
    found = pins.sides(str(folder / "old.txt"), str(folder / "new.txt"))
    told = [(found.before, found.after), *((each.before, each.after) for each in found.elsewhere)]
    for package in names:
        step = [f"{package}=={of_side[package]}" for of_side in versions]
        seen = any(step[0] in before.split() and step[1] in after.split() for before, after in told)
        assert step[0] == step[1] or seen, (marked, found)
    assert (versions[0] == versions[1]) == (found.before == found.after and not found.elsewhere)


LOCK = "tensorflow==2.15.1; python_version < '3.12'\ntensorflow=={}; python_version >= '3.12'\n"


def test_what_changes_for_another_python_is_told_with_what_would_judge_it(sides):
    found = sides(LOCK.format("2.16.2"), LOCK.format("2.21.0"), python=None)
    if sys.version_info < (3, 12):
        assert found.before == found.after == "tensorflow==2.15.1"
        (other,) = found.elsewhere
        assert other.where.startswith("for Python 3.12 on ")
        assert (other.before, other.after, other.can_be_judged) == ("tensorflow==2.16.2", "tensorflow==2.21.0", True)


def test_pins_are_read_for_the_python_that_makes_the_environments(sides, tmp_path):
    python = script(tmp_path / "python", 'echo "noise_ops asks 3.12:."')
    found = sides(LOCK.format("2.16.2"), LOCK.format("2.21.0"), python=python)
    assert (found.before, found.after, found.elsewhere) == ("tensorflow==2.16.2", "tensorflow==2.21.0", ())
    assert found.where.startswith("Python 3.12 on ")


def test_another_build_of_the_same_versions_is_judged_by_the_same(sides):
    lock = "tensorflow=={0}; sys_platform == 'darwin'\ntensorflow-cpu=={0}; sys_platform != 'darwin'\n"
    assert sides(lock.format("2.16.2"), lock.format("2.21.0")).elsewhere == ()


def test_a_marker_that_is_written_otherwise_changes_nothing(sides):
    line = "keras==3.6.0; {} '3.9' and sys_platform == 'linux'\nkeras==3.5.0; python_version < '3.9'\n"
    found = sides(line.format("python_version >="), line.format("python_full_version>="))
    assert (found.before == found.after, found.elsewhere) == (True, ())


@pytest.mark.parametrize("lock", ["keras=={}; sys_platform == 'win32'", "keras=={}; platform_machine == 'ppc64le'"])
def test_a_pin_for_others_alone_is_no_file_without_pins(sides, lock):
    if "win32" in lock:
        assert sides(lock.format("3.6.0"), lock.format("3.6.0")).elsewhere == ()
    (other,) = sides(f"tf-keras==2.16.0\n{lock.format('3.6.0')}", f"tf-keras==2.16.0\n{lock.format('3.7.0')}").elsewhere
    assert other.after.startswith("keras==3.7.0")


def test_what_is_no_pin_for_others_is_told_and_has_no_command(sides):
    old, new = (
        f"keras==3.6.0\n{line}; sys_platform == 'win32'\n" for line in ("tensorflow>=2.16", "tensorflow==2.17.1")
    )
    (other,) = sides(old, new).elsewhere
    assert isinstance(other, Elsewhere)
    assert (other.can_be_judged, other.after) == (False, "keras==3.6.0 tensorflow==2.17.1")
