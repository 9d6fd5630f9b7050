"""The package as a Python program meets it: names, types, docstrings, and what objects show of themselves."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import noise_ops
from noise_ops import laws, patterns, testing
from noise_ops.checks import profiles
from noise_ops.cli.options import PROFILES
from noise_ops.errors import UserError
from noise_ops.findings import Finding
from noise_ops.reference.seeds import Seed
from noise_ops.result import Check, Result
from noise_ops.testing import check_layer
from noise_ops.testing.subject import UNITS

ROOT = Path(__file__).parents[1]
SEED_OF_AN_OP = "None equals a newly made, unseeded layer of the installed `tf.keras` after `noise_ops.set_seed`."
PUBLIC = {
    f"{room.__name__}.{name}": getattr(room, name) for room in (noise_ops, laws, testing) for name in room.__all__
}
FUNCTIONS = {name: each for name, each in PUBLIC.items() if inspect.isfunction(each)}
SEEDS = {name: each for name, each in PUBLIC.items() if isinstance(each, type) and issubclass(each, Seed)}
MAKERS = {
    f"{name}.{maker}": getattr(each, maker)
    for name, each in SEEDS.items()
    for maker in ("in_function", "before_3_5")
    if hasattr(each, maker)
}


def entry(function, argument):
    """What a docstring says of an argument, on one line."""
    found = re.search(rf"^( +){argument}: (.*\n(?:\1 .*\n)*)", f"{inspect.getdoc(function)}\n", re.MULTILINE)
    return " ".join(found[2].split()) if found else ""


def seeds():
    """Each argument of a public function or class that takes a seed, None among what it may be."""
    return [
        pytest.param(function, argument, id=f"{name}-{argument}")
        for name, function in {**FUNCTIONS, **SEEDS, **MAKERS}.items()
        for argument, parameter in inspect.signature(function).parameters.items()
        if argument.endswith("seed") and re.search(r"None|SeedLike", str(parameter.annotation))
    ]


@pytest.mark.parametrize(("function", "argument"), seeds())
def test_whatever_may_be_seeded_by_none_says_what_that_is(function, argument):
    told = entry(function, argument)
    if function.__module__ == "noise_ops.reference.ops":
        assert SEED_OF_AN_OP in told
    else:
        assert re.search(r"\bNone (draws|if|of ops)\b", told)


def test_every_op_and_every_seed_that_takes_none_is_among_them():
    assert sum(each.values[0].__module__ == "noise_ops.reference.ops" for each in seeds()) == 6
    assert {each.id.rpartition("-")[0] for each in seeds()} >= {
        "noise_ops.KerasSeed",
        "noise_ops.KerasGlobalSeed",
        "noise_ops.LegacySeed",
        "noise_ops.Keras2Seed",
        "noise_ops.Keras2Seed.in_function",
    }


def test_help_of_the_package_begins_with_all_that_can_be_called():
    told = set(re.findall(r"\w+", noise_ops.__doc__))
    assert {*noise_ops.__all__, "layers"} <= told


@pytest.mark.parametrize(
    "name",
    ["dropout", "spatial_dropout", "gaussian_dropout", "gaussian_noise", "alpha_dropout", "masked_gaussian_noise"],
)
def test_an_op_says_which_dtype_its_input_has(name):
    assert "in the layer's compute dtype" in entry(getattr(noise_ops, name), "x")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_says_what_each_argument_is(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    named = [each.name for each in parameters if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]
    elsewhere = "Args: those of" in inspect.getdoc(FUNCTIONS[name])
    assert elsewhere or [each for each in named if not entry(FUNCTIONS[name], each)] == []


@pytest.mark.parametrize("name", ["check", "compare"])
def test_help_of_what_judges_has_an_example_and_types_of_arguments_and_result(name):
    function = getattr(noise_ops, name)
    told = inspect.getdoc(function)
    assert all(f"\n{part}:\n" in told for part in ("Args", "Returns", "Raises"))
    assert f"noise_ops.{name}(" in told
    signature = inspect.signature(function)
    assert signature.return_annotation is not signature.empty
    assert all(each.annotation is not each.empty for each in signature.parameters.values())


@pytest.mark.parametrize(
    ("room", "name", "near"),
    [
        ("laws", "dorps", "drops"),
        ("laws", "add_normal", "adds_normal"),
        ("testing", "check_layr", "check_layer"),
        ("layers", "MaskedGausianNoise", "MaskedGaussianNoise"),
    ],
)
def test_a_misspelt_attribute_of_a_room_names_the_nearest(room, name, near):
    room = getattr(noise_ops, room)
    with pytest.raises(AttributeError, match=f"'{room.__name__}' has no attribute {name!r}; did you mean {near}?"):
        getattr(room, name)
    assert not hasattr(room, "__wrapped__")
    assert dir(room) == sorted(room.__all__)


def test_a_misspelt_option_of_an_own_layer_names_the_nearest():
    for options, near in (({"shap": (2, 3)}, "did you mean shape?"), ({"profile": "quik"}, "did you mean quick?")):
        with pytest.raises(UserError, match=re.escape(near)):
            check_layer(lambda x: x, laws.drops(0.1), **options)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"dtypes": "float3"}, "there is no dtype 'float3' here; the nearest are 'float32'"),
        ({"modes": "egar"}, "there is no mode 'egar' here"),
        ({"profile": "quik"}, "profile is quick, default, thorough, soak, not 'quik'; did you mean quick?"),
        ({"max_time": "a"}, "max_time is a positive number of seconds, not 'a'."),
        ({"max_time": -1.0}, "max_time is a positive number of seconds, not -1.0."),
    ],
)
def test_check_refuses_what_means_nothing_before_tensorflow_is_loaded(asked, message, monkeypatch):
    monkeypatch.setattr("noise_ops.session.run", lambda *arguments: pytest.fail("it ran"))
    with pytest.raises(UserError, match=re.escape(message)):
        noise_ops.check("Dropout", **asked)


def test_profiles_have_the_same_names_everywhere():
    assert patterns.PROFILES == PROFILES == tuple(profiles.EXAMPLES) == tuple(UNITS)


def test_results_show_themselves_on_a_line():
    outcome = noise_ops.compare("keras==3.6.0", "keras==3.7.0")
    told = "keras==3.6.0 → keras==3.7.0: contract-changed; 2 findings (raises, arguments-added)"
    assert repr(outcome) == f"<Outcome of {told}>"
    assert repr(outcome.comparison) == f"<Comparison of {told}>"
    assert repr(outcome.comparison.old) == "Side(name='keras==3.6.0')"

    same = noise_ops.compare("2.14.1", "2.15.1", layers="Dropout")
    assert repr(same) == "<Outcome of 2.14.1 → 2.15.1: identical; no finding>"

    finding = Finding("mask-density", "tf.nn.dropout", "float32", "eager", "mask_density", None, "Drops 0.3.", "", "")
    checks = [
        Check("tf.nn.dropout", "float32", "eager", "mask_density", "failed", None, finding),
        Check("tf.nn.dropout", "float16", "eager", "mask_density", "known", "float16-mask-density", finding),
        Check("tf.nn.dropout", "float64", "eager", "mask_density", "skipped", None, None),
    ]
    assert repr(Result(checks)) == ("<Result: law-changed; 2 checks, 1 finding (mask-density), 1 of known deviations>")
    assert repr(Result()) == "<Result: cannot-tell; 0 checks, no finding, 0 of known deviations>"

    report = check_layer(lambda x: np.asarray(x), laws.unknown(), properties=["input_untouched"], on_fail="report")
    assert repr(report) == f"<Report: {report.sentences()[0]}>"


PROGRAM = """
import numpy as np

import noise_ops
from noise_ops import laws
from noise_ops.testing import Report, check_layer


def predicted(rate: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    x = np.ones((2, 3), np.float32)
    return noise_ops.dropout(x, rate, noise_shape=(2, 1), seed=noise_ops.KerasSeed(7)).astype(np.float32)


def codes() -> list[str]:
    result = noise_ops.check("Dropout", dtypes="float32", profile="quick")
    outcome = noise_ops.compare("2.15.1", "2.16.2", layers=["Dropout"])
    found = [finding.code for finding in result.findings]
    return found + [group.condition for group in outcome.comparison.groups]


def held(law: laws.Law) -> Report:
    return check_layer(lambda x: x, law, profile="quick", on_fail="report")


reveal_type(noise_ops.check("Dropout").verdict)
reveal_type(noise_ops.compare("a", "b").comparison.groups[0].subjects)
reveal_type(noise_ops.testing.check_layer)
"""

WRONG = """
noise_ops.drpout
laws.dorps
noise_ops.check(profil="quick")
noise_ops.dropout(np.ones(2), "half", seed="one")
"""


def test_a_program_that_uses_it_is_typed(tmp_path):
    pytest.importorskip("mypy")
    path = tmp_path / "program.py"
    path.write_text(PROGRAM + WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file=", str(path)]
    checked = subprocess.run(
        [*command, f"--cache-dir={tmp_path}"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    told = checked.stdout
    assert 'Revealed type is "noise_ops.verdicts.Verdict"' in told
    assert re.search(r'Revealed type is "(builtins\.)?tuple\[(builtins\.)?str, \.\.\.]"', told)
    assert "-> noise_ops.testing.checking.Report" in told
    first = PROGRAM.count("\n") + 2
    errors = [int(line) for line in re.findall(r"program\.py:(\d+): error", told)]
    assert sorted(set(errors)) == list(range(first, first + 4)), told
