"""cli/auditing.py: audit tells what it found in every format, and by its exit code whether that is bad."""

import json
import random
import resource
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noise_ops import cli
from noise_ops.audit import kinds
from tests.audit._models import config_of, half, layer, packed, rich, sequence
from tests.cli._commands import assert_refused, noise_ops, program

CLEAN = sequence(layer("Dropout", rate=0.5, name="drop"), layer("Dense", units=3, name="dense"))


@pytest.fixture
def clean(tmp_path):
    """A model of which nothing is known."""
    path = tmp_path / "clean.keras"
    path.write_bytes(packed(CLEAN))
    return path


def audit(*arguments):
    """The exit code of an audit."""
    return cli.main(["audit", *map(str, arguments)])


def unwrapped(text):
    """A text without the ends of its lines."""
    return " ".join(text.split())


def test_what_is_amiss_is_told_with_its_place_and_size(capsys):
    assert audit(half()) == 1
    shown = capsys.readouterr().out
    assert "Is the noise of this model what it should be? No: 1 finding of the law of the noise.\n" in shown
    assert "  drop    Dropout(0.01)   mixed_bfloat16   none   mask-density\n" in shown
    assert "drop: Dropout(0.01) in mixed_bfloat16 drops 1.56 % in place of 1 % (+56 %); under XLA 1 %." in shown


def test_a_clean_model_passes_as_far_as_is_known(clean, capsys):
    assert audit(clean) == 0
    told = "Yes, as far as is known: nothing is amiss with the one layer that draws, at its own rate, dtype and seed."
    assert told in unwrapped(capsys.readouterr().out)


def test_a_model_without_noise_is_said_to_have_none(tmp_path, capsys):
    path = tmp_path / "dense.keras"
    path.write_bytes(packed(sequence(layer("Dense", units=3), layer("ReLU"))))
    assert audit(path) == 0
    told = "There is none: no layer that draws noise was found in dense.keras (2 layers)."
    assert told in unwrapped(capsys.readouterr().out)


@pytest.mark.parametrize("fail_on", ["stream-changed", "contract-changed", "cannot-tell", "law-changed"])
def test_no_policy_lets_a_broken_law_pass(fail_on):
    assert audit(half(), "--fail-on", fail_on) == 1


def test_details_show_what_depends_on_the_use_of_the_model(clean, capsys):
    audit(clean)
    brief = capsys.readouterr().out
    assert "told by --details: replicas-share-noise, " in brief
    audit(clean, "--details")
    assert "  replicas-share-noise (drop): under MirroredStrategy every replica draws the same mask" in (
        capsys.readouterr().out
    )


def test_a_long_table_is_cut_without_details(tmp_path, capsys):
    path = tmp_path / "long.keras"
    path.write_bytes(packed(sequence(*(layer("Dropout", rate=0.5, name=f"drop_{n}") for n in range(50)))))
    audit(path)
    shown = capsys.readouterr().out
    assert "  drop_19 " in shown
    assert "  drop_20 " not in shown
    assert "\n  ... and 30 more: --details\n" in shown
    audit(path, "--details")
    assert "  drop_49 " in capsys.readouterr().out


def test_json_holds_every_place_and_finding(capsys):
    audit(rich("keras"), "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "noise_ops/audit/1"
    assert told["verdict"] == "law-changed"
    assert told["model"] == {"name": "keras-rich.keras", "keras_version": told["judged_by"]["version"], "layers": 18}
    assert {"path": "encoder/dropout", "subject": "keras.layers.Dropout", "value": 0.3, "seed": 7}.items() <= (
        next(place for place in told["places"] if place["path"] == "encoder/dropout").items()
    )
    assert {finding["code"] for finding in told["findings"]} == {
        "mask-density",
        "shared-seed",
        "shared-initial-weights",
    }


def test_junit_has_a_test_a_place_that_fails(capsys):
    audit(rich("keras"), "--format", "junit")
    root = ElementTree.fromstring(capsys.readouterr().out)
    failed = {case.get("classname") for case in root.iter("testcase") if case.find("failure") is not None}
    assert {"encoder/dropout", "wrapped/inner", "lstm", "one/kernel_initializer"} <= failed


def test_github_annotates(capsys):
    audit(half(), "--format", "github")
    assert capsys.readouterr().out.startswith("::error title=")


def test_markdown_has_the_table_and_the_findings(capsys):
    audit(half(), "--format", "markdown")
    shown = capsys.readouterr().out
    assert "| place | draws | dtype | seed | findings |" in shown
    assert "| drop | Dropout(0.01) | mixed_bfloat16 | none | mask-density |" in shown


def test_a_report_is_written_and_the_screen_stays_text(tmp_path, capsys):
    audit(half(), "--format", "json", "-o", tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["verdict"] == "law-changed"
    assert "Is the noise of this model" in capsys.readouterr().out


def test_nothing_is_written_of_a_model_that_cannot_be_read(tmp_path, capsys):
    assert audit(tmp_path / "none.keras", "-o", tmp_path / "report") == 2
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""


def test_a_report_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    assert_refused(noise_ops("audit", half(), "-o", tmp_path), "it is a folder")


def test_no_library_is_needed_and_none_imported(poisoned, clean):
    finished = noise_ops("audit", clean, path=[poisoned])
    assert (finished.returncode, finished.stderr) == (0, "")
    names = noise_ops(
        "audit", half(), source=f"import atexit, sys\natexit.register(lambda: print(*sys.modules))\n{program()}"
    )
    loaded = set(names.stdout.splitlines()[-1].split())
    assert not loaded & {"tensorflow", "keras", "tf_keras", "scipy", "hypothesis", "pytest", "h5py"}


def test_help_says_that_a_factory_is_run(capsys):
    with pytest.raises(SystemExit, match="0"):
        audit("--help")
    shown = " ".join(capsys.readouterr().out.split())
    assert "nothing is executed, and TensorFlow is not imported" in shown
    assert "the module is imported, with whatever it imports, and the factory is called" in shown


def test_a_factory_is_audited_in_a_process_of_its_own(tmp_path):
    (tmp_path / "models.py").write_text(
        "import keras\n\n"
        "def make():\n"
        "    return keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.01, dtype='bfloat16')])\n"
    )
    finished = noise_ops("audit", "models:make", cwd=tmp_path)
    assert (finished.returncode, "drops 1.56 %" in finished.stdout) == (1, True)
    assert_refused(noise_ops("audit", "models:none", cwd=tmp_path), "models has no none")


def block(number):
    """Three layers in a model, two of which draw."""
    initializer = layer("GlorotUniform", "keras.initializers", seed=None)
    layers = [
        layer("Dense", units=64, name="dense", kernel_initializer=initializer),
        layer("Dropout", rate=0.1, seed=number, name="drop", dtype="mixed_bfloat16"),
        layer("MultiHeadAttention", num_heads=2, key_dim=8, dropout=0.1, name="attention"),
    ]
    return layer("Sequential", "keras", name=f"block_{number}", layers=layers)


def test_a_model_of_200_layers_takes_less_than_a_second(tmp_path):
    """Of a processor, and not of the clock: 0.3 s on one of 2026, however many others it serves."""
    path = tmp_path / "large.keras"
    path.write_bytes(packed(sequence(*map(block, range(50)))))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    finished = noise_ops("audit", path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Dropout(0.1) in mixed_bfloat16 drops 10.2 % in place of 10 %" in unwrapped(finished.stdout)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


KEYS = (
    *(
        "class_name",
        "config",
        "module",
        "registered_name",
        "name",
        "dtype",
        "rate",
        "seed",
        "dropout",
        "layers",
        "layer",
    ),
    *("cell", "kernel_initializer", "function", "inbound_nodes", "shared_object_id"),
    *("keras_version", "default_policy"),
)
NAMES = sorted(
    {*kinds.STRENGTHS, *kinds.IMAGE, *kinds.INITIALIZERS}
    | {"Bidirectional", "RNN", "Sequential", "TFOpLambda", "DTypePolicy", "SeedGenerator", "my>Own", "__tuple__", ""}
)
TEXTS = ("mixed_bfloat16", "float16", "nn.dropout", "keras.layers", "my.layers", "\ud800", "\x1b[2J", "::error::")
plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8))
leaves = plain | st.sampled_from(NAMES) | st.sampled_from(TEXTS)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


def places_of(config):
    """The holders and keys of a JSON value."""
    left, found = [config], []
    while left:
        each = left.pop()
        keys = list(each) if isinstance(each, dict) else list(range(len(each))) if isinstance(each, list) else []
        found += [(each, key) for key in keys]
        left += [each[key] for key in keys]
    return found


@pytest.fixture(scope="module")
def mutated(tmp_path_factory):
    """Where a mutated file is put."""
    return tmp_path_factory.mktemp("mutated") / "model.keras"


def assert_answered(path, capsys, *options):
    """An exit code of 0 or 1 with a report, or 2 with one sentence; never a traceback."""
    capsys.readouterr()
    code = audit(path, *options)
    shown = capsys.readouterr()
    assert code in (0, 1, 2)
    if code == 2:
        assert shown.out == ""
        (line,) = shown.err.splitlines()
        assert line.startswith("noise-ops: ")
        assert line.endswith(".")
    else:
        assert shown.err == ""
        assert "Is the noise of this model what it should be?" in shown.out or options
        assert "\x1b" not in shown.out
        assert not shown.out.startswith("::stop")


FORMATS = st.sampled_from([(), ("--details",), *(("--format", name) for name in ("json", "junit", "markdown", "html"))])
often = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@often
@given(data=st.data(), library=st.sampled_from(["keras", "tf_keras"]), options=FORMATS)
def test_any_config_gets_an_answer(data, library, options, mutated, capsys):
    config = config_of(rich(library))
    for _ in range(data.draw(st.integers(1, 4))):
        found = places_of(config)
        holder, key = found[data.draw(st.integers(0, len(found) - 1))]
        holder[key] = data.draw(values)
    mutated.write_bytes(packed(config, version={"keras": "3.15.1", "tf_keras": "2.21.0"}[library]))
    assert_answered(mutated, capsys, *options)


@often
@given(config=values, options=FORMATS)
def test_any_json_gets_an_answer(config, options, mutated, capsys):
    mutated.write_bytes(packed({"class_name": "Sequential", "config": {"layers": [config]}}))
    assert_answered(mutated, capsys, *options)


@often
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 30), cut=st.floats(0, 1))
def test_any_bytes_get_an_answer(seed, changes, cut, mutated, capsys):
    made = random.Random(seed)
    data = bytearray(rich("keras").read_bytes())
    for _ in range(changes):
        data[made.randrange(len(data))] = made.randrange(256)
    mutated.write_bytes(data[: int(len(data) * (1 if cut < 0.7 else cut))])
    assert_answered(mutated, capsys)


ENTRY = """
[[expected]]
code = "mask-density"
subject = "Dropout"
versions = "keras>=3"
reason = "a rate of 1.6 % is as good"
expires = {day}
"""


@pytest.mark.parametrize(
    ("day", "fields", "code", "says"),
    [
        (
            "2100-01-31",
            {},
            0,
            "Yes, by your decision: 1 finding is expected until 2100-01-31 (noise-ops.expected.toml)",
        ),
        ("2020-01-31", {}, 1, "No: an expected finding expired on 2020-01-31; decide again. Without it: "),
        ("2100-01-31", {"mask-density": "shared-seed"}, 1, "Unobserved: shared-seed of Dropout"),
        ("2100-01-31", {"Dropout": "GaussianNoise"}, 1, "Unobserved: mask-density of GaussianNoise"),
        ("2100-01-31", {"keras>=3": "keras<3"}, 1, "No: 1 finding of the law of the noise."),
    ],
)
def test_what_is_expected_does_not_fail_and_is_no_pass(tmp_path, monkeypatch, capsys, day, fields, code, says):
    model = half().absolute()
    monkeypatch.chdir(tmp_path)
    text = ENTRY.format(day=day)
    for old, new in fields.items():
        text = text.replace(old, new)
    (tmp_path / "noise-ops.expected.toml").write_text(text)
    assert audit(model) == code
    assert says in unwrapped(capsys.readouterr().out)


@pytest.mark.parametrize("form", ["markdown", "html", "json", "junit", "github"])
def test_every_format_takes_what_is_expected(tmp_path, monkeypatch, capsys, form):
    model = half().absolute()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "noise-ops.expected.toml").write_text(ENTRY.format(day="2100-01-31"))
    assert audit(model, "--format", form) == 0
    assert "mask-density" in capsys.readouterr().out


def test_a_file_of_expected_findings_that_is_none_is_refused(tmp_path, capsys):
    (tmp_path / "broken.toml").write_text("[[expected]]\ncode = 3")
    assert audit(half(), "--expected", tmp_path / "broken.toml") == 2
    assert "broken.toml, entry 1" in capsys.readouterr().err
