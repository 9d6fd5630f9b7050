"""Two fingerprints, compared: what is a finding, how bad it is, and what merely follows from another one."""

import json
import subprocess
import sys

import pytest

from noise_ops.codes import CODES
from noise_ops.comparison.changes import Keeps
from noise_ops.comparison.compare import compare
from noise_ops.findings import Stage, Verdict
from noise_ops.fingerprint import counts, shipped
from noise_ops.fingerprint.side import Side
from tests.fingerprint._fingerprints import DROPOUT, changes, compared, fingerprint, one

KERAS_2 = "357d0d4ff097 4ec011ec83c4 fd91da44cab9"
KERAS_3 = "7a4fb421de5c 82ae1a8561d0 d6c2f2f8f8d9"
SETTINGS = {"epsilon": "1e-07", "dtype_policy": "float32"}
NORMAL = {"n": 131070, "sums": [100, 8589803520, 0, 0], "tails": [41589, 5963, 353, 8, 0, 0], "distinct": 130000}
WIDE = NORMAL | {"tails": [41589, 5963, 353, 80, 60, 34]}
DROPPED = {"dropped": 39321, "n": 131070}

TABLE = [
    # property, old value, new value, code and side of the change
    ("new_call_new_noise retraced", "abc", "aab", "new-call", Keeps.BROKE),
    ("new_call_new_noise retraced", "aab", "abc", "new-call", Keeps.FIXED),
    ("neighbouring_seeds_differ", "abbc", "abab", "neighbouring-seeds", Keeps.NEITHER),
    ("distant_seeds_differ", "abac", "abca", "colliding-seeds", Keeps.NEITHER),
    ("identity_at_inference", "identity", "noise", "inference", Keeps.BROKE),
    ("support_and_scale", "0 or x / (1 - rate)", "other values", "support", Keeps.BROKE),
    ("gate_masks implementation=1", "abc", "aaa", "gate-masks", Keeps.UNDOCUMENTED),
    ("mask_over_time usual activations", "abc", "aaa", "mask-over-time", Keeps.FIXED),
    ("new_call_new_noise in_vectorized_map", "abc", "aaa", "new-call", Keeps.BROKE),
    ("new_call_new_noise in_dataset", "abab", "abcd", "new-call", Keeps.FIXED),
    ("recomputation_keeps_mask keras.remat", "same noise", "other noise", "recomputation", Keeps.BROKE),
    (
        "variables rate=0",
        {"weights": 0, "variables": 1},
        {"weights": 0, "variables": 0},
        "variables",
        Keeps.UNDOCUMENTED,
    ),
    ("changed_attribute", "traced as made", "traced as changed", "changed-attribute", Keeps.UNDOCUMENTED),
    ("changed_attribute tf.Variable", "traced as made", "raises E: no", "changed-attribute", Keeps.UNDOCUMENTED),
    ("accepts minval=maxval", "raises E: no", "draws other values", "accepts", Keeps.BROKE),
    ("mask_density 0.3", DROPPED, {"dropped": 41000, "n": 131070}, "mask-density", Keeps.BROKE),
    ("mask_density 0.3", {"dropped": 41000, "n": 131070}, DROPPED, "mask-density", Keeps.FIXED),
    ("mask_density 0.3", {"dropped": 41000, "n": 131070}, {"dropped": 0, "n": 131070}, "mask-density", Keeps.NEITHER),
    ("mask_density 0.3", "not reproducible, near the documented", WIDE | {"dropped": 0}, "mask-density", Keeps.BROKE),
    ("noise_is_normal", NORMAL, WIDE, "normality", Keeps.BROKE),
    ("accepts rate=1", "zeros", "raises ValueError when called: no", "rejects", Keeps.BROKE),
    ("accepts rate=1", "raises ValueError when called: no", "zeros", "accepts", Keeps.FIXED),
    ("accepts rate=1.5", "identity", "raises ValueError when made: no", "rejects", Keeps.FIXED),
    ("accepts rate=1.5", "raises ValueError when made: no", "identity", "accepts", Keeps.BROKE),
    ("accepts seed='a'", "raises TypeError: a", "raises ValueError: a", "raises-otherwise", Keeps.UNDOCUMENTED),
    (
        "accepts rate=nan",
        "raises ValueError when made: a",
        "raises ValueError when called: a",
        "raises-otherwise",
        Keeps.BOTH,
    ),
    ("stream", KERAS_2, "not reproducible", "same-seed", Keeps.BROKE),
    ("accepts input list", "float32 [2,2]", "float64 [2,2]", "does-otherwise", Keeps.UNDOCUMENTED),
    ("seeded_by", ["tf.random.set_seed"], ["random.seed"], "seeded-by", Keeps.UNDOCUMENTED),
    ("config", ["rate=0.3", "dtype='float32'"], ["rate=0.3", "dtype=dict"], "config", Keeps.UNDOCUMENTED),
    ("signature", ["rate", "**kwargs"], ["rate"], "signature", Keeps.UNDOCUMENTED),
    ("signature", ["rate", "seed=None"], ["seed=None", "rate"], "signature", Keeps.UNDOCUMENTED),
    ("signature", ["rate"], ["rate", "seed=None"], "arguments-added", Keeps.UNDOCUMENTED),
    ("signature", ["rate", "**kwargs"], ["rate", "seed=None", "**kwargs"], "arguments-added", Keeps.UNDOCUMENTED),
    ("signature", ["rate", "seed=None"], ["rate", "seed=0"], "signature", Keeps.UNDOCUMENTED),
    ("variables", {"weights": 0, "variables": 0}, {"weights": 1, "variables": 1}, "variables", Keeps.UNDOCUMENTED),
    ("policy_kept", "bfloat16", "float32", "round-trip", Keeps.BROKE),
    ("gradient_is_noise_factor", "noise factor", "raises TypeError: no", "raises", Keeps.BROKE),
    ("gradient_is_noise_factor", "raises TypeError: no", "noise factor", "works-now", Keeps.FIXED),
    ("config", ["rate=0.3"], "crashes: SIGSEGV", "dies", Keeps.BROKE),
    ("config", "hangs", ["rate=0.3"], "dies", Keeps.FIXED),
    ("config", "hangs", "crashes: SIGSEGV", "dies", Keeps.NEITHER),
    ("words_stream", "a b c", "d e f", "words", Keeps.UNDOCUMENTED),
    ("derived_seeds", ["7,1"], ["7,2"], "derived-seeds", Keeps.UNDOCUMENTED),
    ("of_the_future", "a", "b", "unknown-property", Keeps.UNDOCUMENTED),
]

UNCHANGED = [
    # property, old value, new value: nothing that is worth a word
    ("stream", KERAS_2, KERAS_2),
    ("new_call_new_noise", "ab", "abc"),
    ("support_and_scale", "0 or x / (1 - rate)", "0 or -0 or x / (1 - rate)"),
    ("scale_equivariant", "x * y(1)", "nearly x * y(1)"),
    ("mask_density 0.3", DROPPED, {"dropped": 39500, "n": 131070}),
    ("mask_density 0.01", {"dropped": 2076, "n": 131070}, {"dropped": 2013, "n": 131070}),
    ("mask_density 0.3", DROPPED, "not reproducible, near the documented"),
    ("accepts rate=2", "raises ValueError: rate is 2", "raises ValueError: not a rate"),
    ("variables", {"weights": 0, "variables": 0}, {"weights": 0, "variables": 1}),
    ("head", "3f800000", "00000000"),
    ("mask", "aaaaaaaaaaaa", "bbbbbbbbbbbb"),
    ("seed_state", [1337, 0], "raises AttributeError: no seed_generator"),
]


@pytest.mark.parametrize(("name", "old", "new", "code", "keeps"), TABLE)
def test_a_change_is_told(name, old, new, code, keeps):
    assert changes(one(old, name), one(new, name)) == [(code, keeps.value)]


@pytest.mark.parametrize(("name", "old", "new"), UNCHANGED)
def test_nothing_changed(name, old, new):
    found = compared(one(old, name), one(new, name), predict=False)
    assert found.verdict is Verdict.IDENTICAL
    assert found.groups == ()


@pytest.mark.parametrize(("name", "value"), [(name, new) for name, _, new, _, _ in TABLE])
def test_a_fingerprint_is_identical_with_itself(name, value):
    assert changes(one(value, name), one(value, name)) == []


@pytest.mark.parametrize("release", shipped.releases("tensorflow") + shipped.releases("keras"), ids=lambda r: r.name)
def test_a_shipped_release_is_identical_with_itself(release):
    found = compare(release.side(), release.side())
    assert found.verdict is Verdict.IDENTICAL
    in_part = ("Only Keras was recorded of both sides: not tf.*, and not tf_keras.",) if release.read().only else ()
    assert found.notes == in_part
    assert found.groups == found.differences == ()
    assert {target.verdict for target in found.targets} == {Verdict.IDENTICAL}


# What follows from another change -------------------------------------------------------------------------------------


def test_of_a_layer_that_raises_only_that_is_told():
    works = {"stream": KERAS_2, "gradient_is_noise_factor": "noise factor"}
    raises = {"stream": "raises TypeError: no", "gradient_is_noise_factor": "raises TypeError: no"}
    old, new = (fingerprint({DROPOUT: {"float32/eager": facts}}) for facts in (works, raises))
    assert changes(old, new) == [("raises", "broke")]
    assert changes(new, old) == [("works-now", "fixed")]


def test_of_a_layer_that_draws_nothing_only_that_is_told():
    silent = {"mask_density 0.3": {"dropped": 0, "n": 65408}, "neighbouring_seeds_differ": "aaaa", "stream": "a a a"}
    noisy = {"mask_density 0.3": {"dropped": 19613, "n": 65408}, "neighbouring_seeds_differ": "abcd", "stream": "a b c"}
    old, new = (fingerprint({DROPOUT: {"float32/eager": facts}}) for facts in (silent, noisy))
    assert changes(old, new) == [("mask-density", "fixed")]


def test_a_mode_that_parts_from_eager_is_told_once():
    facts = {"float32/eager": {"stream": KERAS_2}}
    together = facts | {"float32/xla": {"stream": KERAS_2, "mode_draws_eager_stream": "bits"}}
    apart = facts | {"float32/xla": {"stream": "a b c", "mode_draws_eager_stream": "no"}}
    found = compared(fingerprint({DROPOUT: together}), fingerprint({DROPOUT: apart}), predict=False)
    assert {group.code for group in found.groups} == {"modes-part", "stream-moved"}
    assert found.verdict is Verdict.STREAM_CHANGED
    assert found.only_seeded


def test_a_rebuilt_layer_that_loses_its_seed_breaks_its_contract():
    def recorded(likeness):
        eager = {"signature": ["rate", "seed=None"]}
        return fingerprint(
            {DROPOUT: {"float32/eager": eager, "float32/reloaded": {"mode_draws_eager_stream": likeness}}}
        )

    assert changes(recorded("bits"), recorded("no")) == [("round-trip", "broke")]


def test_repeated_counts_are_those_of_one_call():
    """Two calls of equal noise are evidence of one: a deviation counts half."""
    value = {"dropped": 2 * 20230, "n": 131070}
    assert counts.keeps_law("mask_density 0.3", "float32", value) is False
    assert counts.keeps_law("mask_density 0.3", "float32", value, repeated=True) is True


# What is recorded on one side only ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0)])
def test_a_layer_without_noise_that_keeps_what_one_with_noise_keeps_is_no_change(before, after):
    """What Keras 3 adds to every layer is the state of its seed; what one layer alone loses is told."""

    def keeps(usual, at_zero):
        counted = {"variables": {"weights": 3, "variables": 3 + usual}}
        return fingerprint(
            {DROPOUT: {"float32/eager": counted | {"variables rate=0": {"weights": 3, "variables": at_zero}}}}
        )

    assert changes(keeps(before, 3 + before), keeps(after, 3 + after)) == []
    assert changes(keeps(1, 4), keeps(1, 3)) == [("variables", "undocumented")]
    told = compared(keeps(1, 4), keeps(1, 3)).groups[0]
    assert "no longer match" in told.meaning.sentence


def test_settings_that_an_early_recording_does_not_name_are_no_difference():
    early, late = one([], "config"), fingerprint({DROPOUT: {"float32/eager": {"config": []}}}, **SETTINGS)
    assert compared(early, late).differences == ()
    other = fingerprint({DROPOUT: {"float32/eager": {"config": []}}}, **SETTINGS | {"epsilon": "0.001"})
    assert [(d.name, d.old, d.new) for d in compared(late, other).differences] == [("epsilon", "1e-07", "0.001")]


def test_a_subject_that_is_gone_is_told():
    both = fingerprint({DROPOUT: {"float32/eager": {"config": []}}, "tf.gone": {"float32/eager": {"config": []}}})
    left = fingerprint({DROPOUT: {"float32/eager": {"config": []}}, "tf.there": {"float32/eager": {"config": []}}})
    found = compared(both, left)
    assert [group.code for group in found.groups] == ["gone"]
    assert "tf.gone" in found.groups[0].message
    assert found.notes == ("tf.there is there in new and not in old.",)


def test_a_library_that_is_not_installed_is_noted_and_no_finding():
    keras = {DROPOUT: {"float32/eager": {"config": []}}}
    both = fingerprint(keras | {"tf_keras.layers.Dropout": {"float32/eager": {"config": []}}})
    found = compared(fingerprint(keras), both)
    assert found.verdict is Verdict.IDENTICAL
    assert found.notes == ("tf_keras was recorded in new only, and is not compared.",)


def test_fingerprints_of_two_probes_cannot_be_compared():
    found = compared(fingerprint({DROPOUT: {"float32/eager": {"config": []}}}, probe=2), one([], "config"))
    assert found.verdict is Verdict.CANNOT_TELL


def test_what_may_explain_a_change_is_listed():
    found = compared(one([], "config"), fingerprint({DROPOUT: {"float32/eager": {"config": []}}}, cpu="avx512f"))
    assert [(d.name, d.old, d.new) for d in found.differences] == [("cpu", "avx2 fma", "avx512f")]


def test_patterns_narrow_what_is_compared():
    release = shipped.find("2.15.1").side(), shipped.find("2.16.2").side()
    found = compare(*release, patterns=("*.LSTM(dropout)",))
    assert {target.subject for target in found.targets} == {"keras.layers.LSTM(dropout)"}


# Groups ---------------------------------------------------------------------------------------------------------------


def test_groups_come_worst_first_and_what_is_mended_last():
    old, new = shipped.find("2.15.1").side(), shipped.find("2.16.2").side()
    groups = compare(old, new).groups
    ranks = [(group.fixed, -group.verdict.severity) for group in groups]
    assert ranks == sorted(ranks)
    assert len([group for group in groups if not group.fixed]) <= 16


def test_the_upgrade_to_keras_3_names_both_seed_rules():
    found = compare(shipped.find("2.15.1").side(), shipped.find("2.16.2").side())
    group = next(group for group in found.groups if group.code == "seed-rule")
    assert group.stage is Stage.SEED
    assert "2.15.1: stateful Philox, op seed = the layer's seed" in group.message
    assert "2.16.2: stateless Philox, SeedGenerator [seed, call]" in group.message
    assert "keras.utils.set_random_seed" in group.remedy
    assert "TF_USE_LEGACY_KERAS=1" in group.remedy
    assert found.verdict is found.verdict_unfixed is Verdict.LAW_CHANGED


def test_keras_3_7_raises_under_mirrored_strategy():
    found = compare(shipped.find("3.6.0").side(), shipped.find("3.7.0").side())
    group = found.groups[0]
    assert (group.code, group.keeps) == ("raises", Keeps.BROKE)
    assert "Seen in keras.layers.Dropout (float32, mirrored)" in group.message
    assert "ValueError" in group.message
    assert "MirroredStrategy" in group.script
    assert not found.only_seeded


@pytest.mark.parametrize(
    ("old", "new", "stage", "said"),
    [
        ("2.10.1", "2.11.1", Stage.OP, "-0"),
        ("2.8.4", "2.9.3", Stage.LAYER, "1 ulp"),
        ("2.12.1", "2.13.1", Stage.VARIATE, "by the kernels in 2.12.1, by XLA in 2.13.1"),
    ],
)
def test_the_stage_that_moved_is_named(old, new, stage, said):
    groups = compare(shipped.find(old).side(), shipped.find(new).side()).groups
    moved = next(group for group in groups if group.verdict is Verdict.STREAM_CHANGED and group.stage is stage)
    assert said in moved.message


def test_every_group_says_what_to_do():
    for old, new in (("2.4.4", "2.15.1"), ("2.15.1", "2.16.2"), ("3.0.5", "3.15.1")):
        for group in compare(shipped.find(old).side(), shipped.find(new).side()).groups:
            assert group.meaning is CODES[group.code]
            assert group.message.endswith((".", ".)"))
            assert group.remedy
            assert group.reproduce.startswith("noise-ops compare ")
            compile(group.script, group.code, "exec")
            assert set(group.to_json()) >= {"code", "subject", "verdict", "stage", "message", "reproduce", "script"}
            json.dumps(group.to_json())


# Hostile values -------------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script> | `rm -rf` ::error:: $(id) %0A __import__('os')"


def test_hostile_values_come_out_unharmed():
    found = compared(one("identity", "accepts rate=0"), one(HOSTILE, "accepts rate=0"))
    assert HOSTILE in found.groups[0].message
    assert found.groups[0].changes[0].new == HOSTILE


@pytest.mark.parametrize("subject", ["os.system", "tf.io.gfile.rmtree", "keras.layers.a.b", "tf.nn"])
def test_a_script_names_nothing_but_layers_and_draws(subject):
    old, new = (one(value, "accepts rate=0", subject=subject) for value in ("identity", "noise"))
    assert compared(old, new).groups[0].script == ""


@pytest.mark.parametrize("argument", ["rate=__import__('os').system('id')", "rate=1;print(1)", "rate=(1)"])
def test_a_script_repeats_no_code_of_a_fingerprint(argument):
    old, new = (one(value, f"accepts {argument}") for value in ("identity", "noise"))
    script = compared(old, new).groups[0].script
    assert argument not in script
    compile(script, "script", "exec")


def test_a_hostile_side_is_quoted_in_the_command():
    old, new = (one(value, "config") for value in (["a"], ["b"]))
    found = compare(Side("a b; rm", old), Side("$(id)", new))
    assert found.groups[0].reproduce == f"noise-ops compare 'a b; rm' '$(id)' --layer {DROPOUT}"


# Cost -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [("2.15.1", "2.16.2"), ("keras==3.6.0", "keras==3.7.0")])
def test_shipped_releases_are_compared_without_anything_heavy(old, new):
    program = (
        "import sys\n"
        "from noise_ops.comparison import compare\nfrom noise_ops.fingerprint import shipped\n"
        f"assert compare.compare(shipped.resolve({old!r}), shipped.resolve({new!r})).groups\n"
        "print(sorted({'tensorflow', 'keras', 'scipy', 'numexpr', 'randomgen'} & sys.modules.keys()))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
