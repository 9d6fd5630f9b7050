"""rounds.py, file.py: rounds add up, whatever their order, to one run; bad files are refused in a sentence."""

import json
import re

import pytest

from noise_ops import cli
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.result import Selection
from noise_ops.sabotage import catalog, seams
from noise_ops.soak import file as soak_file
from noise_ops.soak import rounds as soak
from noise_ops.soak.rounds import Soak, SoakError
from noise_ops.subjects.catalog import checked
from tests.cli._commands import NO_TENSORFLOW, noise_ops, program

LAYER = "keras.layers.Dropout"
NARROW = Selection((LAYER,), ("float32",), ("eager",))


def soaked(shard=(1, 1), rounds=1, known=None):
    """What a shard knows after some rounds of its own."""
    current = known or soak.new()
    numbers = soak.left(current, shard, len(current.rounds) + rounds)
    soak.run(current, soak.here(current.environment, NARROW, numbers), lambda _: False, lambda _: None)
    return current


@pytest.fixture(scope="module")
def one_run():
    return soaked(rounds=3)


@pytest.fixture(scope="module")
def shards():
    return soaked((1, 2), rounds=2), soaked((2, 2))


def copy(known):
    """Another soak that knows the same."""
    return Soak(dict(known.environment), list(known.rounds), dict(known.evidence))


def written(path, known):
    path.write_text(soak_file.to_json(known))
    return path


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_shards_merge_to_the_file_of_one_run_in_any_order(one_run, shards, order):
    total = soak.merged([copy(shards[place]) for place in order])
    assert soak_file.to_json(total) == soak_file.to_json(one_run)


def test_a_soak_goes_on_where_it_stopped(one_run, tmp_path):
    path = written(tmp_path / "soak.json", soaked(rounds=1))
    resumed = soaked(rounds=2, known=soak_file.read(path))
    assert soak_file.to_json(resumed) == soak_file.to_json(one_run)


@pytest.mark.parametrize(
    ("done", "shard", "wanted", "numbers"),
    [
        ([], (1, 1), 3, [0, 1, 2]),
        ([0, 1], (1, 1), 3, [2]),
        ([1, 3], (1, 1), 5, [0, 2, 4]),
        ([1, 3], (1, 2), 4, [0, 2]),
        ([1, 3], (2, 2), 3, [5]),
        ([0, 1, 2], (1, 1), 3, []),
        ([0, 1, 2], (1, 1), 2, []),
    ],
)
def test_a_round_that_is_known_is_not_done_again(done, shard, wanted, numbers):
    assert list(soak.left(Soak({}, done), shard, wanted)) == numbers


def test_a_round_gives_the_same_bytes_whenever_it_is_done():
    described = soak.new().environment
    twice = [soak_file.to_json(known) for known in soak.here(described, NARROW, [7, 2, 7])]
    assert twice[0] == twice[2] != twice[1]


def test_a_correct_layer_raises_no_alarm(one_run):
    result = soak.judged(one_run)
    assert result.verdict is Verdict.IDENTICAL
    assert result.soaked == one_run.samples() == 5 * 3 * 4 * soak.ROWS * 251
    assert {row.verdict for row in result.certificate.rows} == {"pass"}


def test_more_rounds_see_smaller_effects(one_run, shards):
    few, many = (soak.judged(known).certificate.rows for known in (shards[1], one_run))
    assert all(later.delta < earlier.delta for earlier, later in zip(few, many, strict=True))


@pytest.mark.parametrize(
    ("wound", "check"), [("rate-2-percent", "mask_density"), ("period-24", "neighbours_independent")]
)
def test_a_broken_layer_raises_the_alarm(wound, check):
    broken = next(m for m in catalog.catalog() if m.subject == LAYER and m.wound.name == wound)
    subject = next(subject for subject in checked() if subject.name == LAYER)
    with seams.opened(subject, broken.wound.cuts):
        result = soak.judged(soaked(rounds=3))
    assert result.verdict is Verdict.LAW_CHANGED
    assert check in {finding.property for finding in result.findings}


# Nothing is no pass


def test_where_nothing_was_sampled_nothing_is_known():
    nothing = soak.new()
    with pytest.raises(SoakError, match="no round was finished"):
        soak.judged(nothing)
    with pytest.raises(SoakError, match="no round was finished"):
        soak.judged(soak.merged([nothing, soak.new()]))


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(("Foo",)), "there is no layer 'Foo' here"),
        (Selection(("",)), "is empty"),
        (Selection((LAYER, "Foo")), "there is no layer 'Foo' here"),
        (Selection(("tf.random.normal",), modes=("fit",)), "Nothing that a soak samples has all of these"),
        (Selection((LAYER, "tf.random.normal"), modes=("fit",)), "Nothing that a soak samples has all of these"),
        (Selection((LAYER,), ("bfloat16",), ("xla",)), "Nothing that a soak samples has all of these"),
        (Selection(modes=("predict",)), "there is no mode 'predict' in which a soak samples"),
        (Selection(modes=("eager", "predict")), "there is no mode 'predict' in which a soak samples"),
    ],
)
def test_a_selection_of_nothing_is_refused(selection, said):
    with pytest.raises(UserError, match=said):
        soak.targets(selection)


def test_a_selection_is_made_by_patterns():
    found = soak.targets(Selection(("*Noise",), ("float*",), ("eager", "mixed_f*")))
    assert {target.mode for target in found} == {"eager", "mixed_float16"}
    assert {target.subject.name.rpartition(".")[2] for target in found} == {"GaussianNoise", "MaskedGaussianNoise"}


# Files that do not belong together


def test_a_round_is_not_counted_twice(shards):
    with pytest.raises(SoakError, match="Round 0 is in two"):
        soak.merged([copy(shards[0]), copy(shards[0])])


@pytest.mark.parametrize("name", ["tensorflow", "keras", "epoch", "noise_ops", "cpu"])
def test_samples_of_different_versions_do_not_add_up(shards, name):
    other = copy(shards[1])
    other.environment[name] = "0.0"
    with pytest.raises(SoakError, match=f"{name} is .* in one and 0.0"):
        soak.merged([copy(shards[0]), other])


@pytest.mark.parametrize("settings", [{"XLA_FLAGS": "1"}, {"settings": {"pinned": {}, "kept": {"TF_CUDNN": "1"}}}])
def test_samples_under_different_settings_do_not_add_up(shards, settings):
    other = copy(shards[1])
    other.environment.update(settings)
    with pytest.raises(SoakError, match=r"(XLA_FLAGS|TF_CUDNN) is not set in one and 1 in the other"):
        soak.merged([copy(shards[0]), other])


def test_samples_of_different_layers_do_not_add_up(shards):
    other = copy(shards[1])
    other.evidence.popitem()
    with pytest.raises(SoakError, match="different layers"):
        soak.merged([copy(shards[0]), other])


# Files that are none


def damaged(change):
    """A function of a file's content that returns the text of a damaged one."""

    def text(content):
        change(content)
        return json.dumps(content)

    return text


DAMAGES = {
    "truncated": lambda content: json.dumps(content)[:500],
    "empty": lambda content: "",
    "a list": lambda content: "[]",
    "deep": lambda content: "[" * 100_000,
    "no evidence": damaged(lambda content: content.pop("evidence")),
    "a negative count": damaged(lambda content: content["evidence"][0].update(n=-1)),
    "a count that is a text": damaged(lambda content: content["evidence"][0].update(ones="many")),
    "a fraction for a count": damaged(lambda content: content["evidence"][0].update(rows=0.5)),
    "an impossible table": damaged(lambda content: content["evidence"][0].update(calls=[4, 1, 1, 3])),
    "an unknown key": damaged(lambda content: content["evidence"][0].update(program="print(1)")),
    "a rate that is no number": damaged(lambda content: content["evidence"][0]["series"].__setitem__(3, "0.5")),
    "settings that are none": damaged(lambda content: content["environment"].update(settings={"kept": 1})),
    "a round that is no number": damaged(lambda content: content.update(rounds=["first"])),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused_in_a_sentence(shards, tmp_path, capsys, damage):
    path = tmp_path / "soak.json"
    path.write_text(damage(json.loads(soak_file.to_json(shards[1]))))
    assert cli.main(["merge", str(path)]) == 2
    assert capsys.readouterr().err == f"noise-ops: {path} is not a soak file, or a damaged one.\n"


def test_a_format_of_the_future_is_refused_by_its_name(shards, tmp_path, capsys):
    path = tmp_path / "soak.json"
    path.write_text(soak_file.to_json(shards[1]).replace(soak_file.SCHEMA, "noise_ops/soak/99"))
    assert cli.main(["merge", str(path)]) == 2
    assert "has the format 'noise_ops/soak/99'" in capsys.readouterr().err


def test_a_file_as_large_as_none_is_not_read(tmp_path):
    path = tmp_path / "soak.json"
    with path.open("wb") as file:
        file.truncate(soak_file.LARGEST_FILE + 1)
    with pytest.raises(SoakError, match="larger than any"):
        soak_file.read(path)


# The commands


def test_soak_writes_resumes_and_reports(tmp_path, capsys):
    arguments = [
        "soak",
        "--layer",
        LAYER,
        "--dtype",
        "float32",
        "--max-time",
        "0.001",
        "-o",
        str(tmp_path / "soak.json"),
    ]
    assert [cli.main(arguments), cli.main(arguments)] == [0, 0]
    assert soak_file.read(tmp_path / "soak.json").rounds == [0, 1]
    assert "No alarm so far" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["soak.json"]


def test_merge_writes_the_sum(shards, tmp_path, capsys):
    files = [str(written(tmp_path / f"{place}.json", known)) for place, known in enumerate(shards)]
    assert cli.main(["merge", *files, "-o", str(tmp_path / "sum.json"), "--format", "json"]) == 0
    assert soak_file.read(tmp_path / "sum.json").rounds == [0, 1, 2]
    assert json.loads(capsys.readouterr().out)["certificate"]["checks"]


@pytest.mark.parametrize("changes", [{}, {"ones": 0}], ids=["sound", "alarm"])
def test_merge_says_the_same_without_tensorflow(shards, tmp_path, changes):
    content = json.loads(soak_file.to_json(shards[1]))
    content["evidence"][0].update(changes)
    (tmp_path / "soak.json").write_text(json.dumps(content))
    sources = program(), program(NO_TENSORFLOW)
    with_it, without = (noise_ops("merge", tmp_path / "soak.json", source=source) for source in sources)
    assert with_it.returncode == without.returncode == len(changes)
    assert timeless(with_it.stdout) == timeless(without.stdout) != ""
    assert with_it.stderr == without.stderr == ""


def timeless(text):
    return re.sub(r"in \d+ s", "in a while", text)


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (["keras.layers.Unknown", "float32", "eager", 0.5], "keras.layers.Unknown (float32, eager) at 0.5"),
        ([LAYER, "float32", "sideways", 0.5], f"{LAYER} (float32, sideways) at 0.5"),
        ([LAYER, "float32", "eager", 0.75], f"{LAYER} (float32, eager) at 0.75"),
    ],
)
def test_what_no_soak_samples_is_not_judged(shards, tmp_path, capsys, series, said):
    content = json.loads(soak_file.to_json(shards[1]))
    content["evidence"][0]["series"] = series
    (tmp_path / "soak.json").write_text(json.dumps(content))
    assert cli.main(["merge", str(tmp_path / "soak.json")]) == 2
    assert capsys.readouterr().err == f"noise-ops: No soak of these versions samples {said}.\n"


@pytest.mark.parametrize("count", ["0", "-1", "many", "1.5"])
def test_a_number_of_rounds_that_is_none_is_refused(count, capsys):
    with pytest.raises(SystemExit) as refusal:
        cli.main(["soak", f"--rounds={count}", "-o", "soak.json"])
    assert refusal.value.code == 2
    assert "is not a positive number of rounds" in capsys.readouterr().err


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "1/", "a/b", "-1/2"])
def test_a_shard_that_is_none_is_refused(shard, capsys):
    with pytest.raises(SystemExit) as refusal:
        cli.main(["soak", f"--shard={shard}", "-o", "soak.json"])
    assert refusal.value.code == 2
    assert "is not I/N" in capsys.readouterr().err


def test_soaking_another_tensorflow_into_a_file_is_refused(shards, tmp_path, capsys):
    other = copy(shards[1])
    other.environment["tensorflow"] = "1.0"
    path = written(tmp_path / "soak.json", other)
    assert cli.main(["soak", "-o", str(path)]) == 2
    assert "tensorflow is" in capsys.readouterr().err
    assert soak_file.read(path).rounds == other.rounds
