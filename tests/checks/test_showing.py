"""showing.py and report.py: the script of a finding runs, and prints what the finding says, of a broken layer too."""

import re

import pytest

from noise_ops.checks import (
    PROPERTIES,
    amounts,
    axes,
    calls,
    harness,
    limits,
    masks,
    outputs,
    report,
    round_trips,
    showing,
)
from noise_ops.sabotage import catalog, seams, strikes
from noise_ops.subjects.broken import BrokenCallError

MODULES = (amounts, calls, limits, masks, outputs, round_trips)
CHECKS = {name: getattr(module, name) for module in MODULES for name in showing.SHOWS if hasattr(module, name)}


def mutants():
    """For each property that a script shows, a broken layer that it catches eagerly, of each layer."""
    found = {}
    for mutant in catalog.catalog():
        for name in mutant.wound.expected:
            eagerly = "eager" in mutant.wound.modes and "float32" in mutant.wound.dtypes
            if name in CHECKS and eagerly and mutant.subject.startswith("keras.layers.") and not mutant.is_control:
                found.setdefault((name, mutant.subject), mutant)
    return [(name, mutant) for (name, _), mutant in sorted(found.items(), key=lambda item: item[0])]


def printed(script, capsys):
    """What a script prints, each time it is run."""
    capsys.readouterr()
    exec(compile(script, "script", "exec"), {"__name__": "script"})
    return capsys.readouterr().out.strip()


def numbers(text):
    """The whole numbers in a text."""
    return [int(number) for number in re.findall(r"\d+", text)]


def call_in(text):
    """The call that a finding names."""
    return re.search(r"call \d+|$", text).group() or "no call"


SAYS = {
    "new_call_new_noise": lambda out, said: "are the same" in out,
    "replicas_draw_apart": lambda out, said: "are the same" in out,
    "new_trace_new_noise": lambda out, said: "are the same" in out,
    "same_seed_same_noise": lambda out, said: "False" in out,
    "neighbouring_seeds_differ": lambda out, said: "are the same" in out or "shifted" in said,
    "distant_seeds_differ": lambda out, said: "draw the same" in out,
    "identity_at_inference": lambda out, said: set(out.split()) != {"identity"},
    "explicit_training_wins": lambda out, said: out == "identity",
    "shape_and_dtype_kept": lambda out, said: any(part in said.partition("observed")[2] for part in out.split(" ", 1)),
    "input_untouched": lambda out, said: not out.startswith("0 "),
    "support_and_scale": lambda out, said: numbers(out)[:2] == numbers(said)[:2],
    "two_point_support": lambda out, said: numbers(out)[0] > 0,
    "scale_equivariant": lambda out, said: not out.startswith("0 0 "),
    "noise_is_added": lambda out, said: not out.startswith("0 "),
    "mask_independent_of_input": lambda out, said: not out.startswith("0 "),
    "fine_grained": lambda out, said: numbers(out)[0] == numbers(said)[1],
    "gradient_is_noise_factor": lambda out, said: not out.startswith("0 "),
    "every_gradient_is_noise_factor": lambda out, said: call_in(said) in out,
    "every_call_is_noisy": lambda out, said: call_in(said) in out,
    "recomputation_keeps_mask": lambda out, said: float(out.split()[6]) < 1,
    "data_format_kept": lambda out, said: not out.startswith("0 "),
    "noise_shape_kept": lambda out, said: not out.startswith("0 "),
    "policy_kept": lambda out, said: len(set(out.split())) == 2,
    "rate_zero_is_identity": lambda out, said: not out.startswith("0 "),
    "rate_one_drops_everything": lambda out, said: numbers(out)[0] > 0,
    "rate_one_is_rejected_or_works": lambda out, said: True,
    "stddev_above_one_accepted": lambda out, said: True,
    "bad_rate_rejected": lambda out, said: "is accepted" in out,
}
"""Whether what a script prints says what a finding's message says."""


def test_every_shown_property_is_one_that_is_checked():
    assert showing.SHOWS.keys() == SAYS.keys() == CHECKS.keys()
    assert set(PROPERTIES) >= {module.__name__.rpartition(".")[2] for module in MODULES}


def target_of(subject):
    """A layer in float32, eagerly."""
    ops = ("dropout", "spatial_dropout", "alpha_dropout", "gaussian_noise", "gaussian_dropout")
    return next(target for target in harness.in_dtypes(ops, ("float32",)) if target.subject.name == subject)


@pytest.mark.parametrize(("name", "mutant"), mutants(), ids=lambda value: getattr(value, "name", value))
def test_a_script_shows_the_wound(name, mutant, capsys):
    target = target_of(mutant.subject)
    with seams.opened(target.subject, mutant.wound.cuts):
        try:
            finding = CHECKS[name](target, target.standard)
        except BrokenCallError as error:
            finding = report.finding(name, target, error.case, str(error), code=error.code)
        if finding is None:
            pytest.skip("another property catches this wound on the standard case")
        if finding.code == "raises":
            with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the layer raises is what is shown
                printed(finding.script, capsys)
        else:
            assert SAYS[name](printed(finding.script, capsys), finding.message), finding.message


@pytest.mark.parametrize("subject", ["Dropout", "SpatialDropout1D", "AlphaDropout", "GaussianNoise", "GaussianDropout"])
@pytest.mark.parametrize(
    ("name", "wound"),
    [
        ("every_call_is_noisy", (strikes.call_is(34), strikes.EFFECTS["input-kept"])),
        ("every_gradient_is_noise_factor", (strikes.call_from(39), strikes.EFFECTS["gradient-0"])),
    ],
    ids=["noise", "gradient"],
)
def test_a_script_shows_the_one_call_that_is_wrong(name, wound, subject, capsys):
    target = target_of(f"keras.layers.{subject}")
    with seams.opened(target.subject, (strikes.struck((wound,)),)):
        finding = CHECKS[name](target, axes.small_case(target))
        assert SAYS[name](printed(finding.script, capsys), finding.message), finding.message


DEVIATING = {
    "explicit_training_wins",
    "distant_seeds_differ",
    "recomputation_keeps_mask",
    "bad_rate_rejected",
    "replicas_draw_apart",
    "data_format_kept",
    "stddev_above_one_accepted",
    "rate_one_is_rejected_or_works",
    "policy_kept",
}


@pytest.mark.parametrize("name", showing.SHOWS)
def test_a_script_of_a_sound_layer_shows_that_it_is(name, capsys):
    """A script shows what is seen, not what a finding claimed: of a sound layer it says the opposite."""
    op = {"two_point_support": "alpha_dropout", "noise_is_added": "gaussian_noise", "fine_grained": "gaussian_noise"}
    target = harness.in_dtypes((op.get(name, "dropout"),), ("float32",))[0]
    if name in DEVIATING:
        pytest.skip("this layer deviates there, raises there, or does not take the argument")
    case = axes.small_case(target) if name.startswith("every_") else target.standard
    script = report.finding(name, target, case, "0 of 0", code="stream").script
    assert not SAYS[name](printed(script, capsys), "0 of 0 outputs take only 0 values; observed float99")
