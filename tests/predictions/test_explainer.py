"""explainer.py, outputs.py: a stream is named by the rule that predicts it, and the shipped table says the same."""

import random

import pytest

from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.facts import Fact
from noise_ops.predictions import explainer, outputs
from noise_ops.predictions.explainer import Explainer
from noise_ops.predictions.rules import UNKNOWN, Explanation, Rule
from noise_ops.reference import ops
from noise_ops.reference.seeds import Keras2Seed, KerasSeed, LegacySeed
from noise_ops.subjects import inputs, values
from tests.fingerprint._fingerprints import DROPOUT, fingerprint

ELEMENTWISE = ("Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout")
SPATIAL = ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
RECURRENT = ("LSTM(dropout)", "GRU(dropout)", "SimpleRNN(dropout)", "Attention(dropout)", "MultiHeadAttention(dropout)")

RELEASES = [
    # release, library, layers, rule in eager mode, rule in a function
    ("2.4.4", "keras", ("Dropout", "AlphaDropout"), Rule.LEGACY, Rule.LEGACY),
    ("2.4.4", "keras", ("GaussianNoise", "GaussianDropout"), Rule.UNSEEDED_NUMPY, Rule.UNSEEDED_NUMPY),
    ("2.7.4", "keras", ("AlphaDropout", "GaussianNoise"), Rule.KERAS_2, Rule.KERAS_2),
    ("2.7.4", "keras", ("Dropout",), Rule.LEGACY, Rule.LEGACY),
    ("2.8.4", "keras", ELEMENTWISE, Rule.KERAS_2, Rule.KERAS_2),
    ("2.15.1", "keras", ELEMENTWISE, Rule.KERAS_2, Rule.KERAS_2),
    ("2.15.1", "keras", (*SPATIAL, *RECURRENT), Rule.UNSEEDED_LEGACY, Rule.UNSEEDED_GRAPH),
    ("2.16.2", "tf_keras", ELEMENTWISE, Rule.KERAS_2, Rule.KERAS_2),
    ("2.16.2", "keras", (*ELEMENTWISE, *SPATIAL, *RECURRENT[:3]), Rule.KERAS_3, Rule.KERAS_3),
    ("keras==3.15.1", "keras", (*ELEMENTWISE, *SPATIAL, *RECURRENT), Rule.KERAS_3, Rule.KERAS_3),
]
CASES = [
    (release, f"{library}.layers.{layer}", mode, rule)
    for release, library, layers, *named in RELEASES
    for layer in layers
    for mode, rule in zip(("eager", "function"), named, strict=True)
]


def stream_of(release, subject, mode, dtype="float32", name="stream"):
    """What explains a shipped stream."""
    recorded = shipped.resolve(release).fingerprint
    fact = recorded.by_key()[subject, dtype, mode, name]
    return Explainer(recorded, predict=False).explain(fact)


@pytest.mark.parametrize(("release", "subject", "mode", "rule"), CASES)
def test_the_rule_of_a_release_is_named(release, subject, mode, rule):
    assert stream_of(release, subject, mode).rule is rule


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize(
    ("subject", "rule"),
    [
        ("tf.random.uniform", Rule.LEGACY),
        ("tf.random.normal", Rule.LEGACY),
        ("tf.nn.dropout", Rule.LEGACY),
        ("tf.random.stateless_uniform", Rule.STATELESS),
        ("tf.random.stateless_normal", Rule.STATELESS),
        ("tf.nn.experimental.stateless_dropout", Rule.STATELESS),
        ("tf.random.Generator.uniform", Rule.GENERATOR),
        ("tf.random.Generator.normal", Rule.GENERATOR),
        ("keras.random.uniform", Rule.KERAS_3),
        ("keras.random.normal", Rule.KERAS_3),
        ("keras.random.dropout", Rule.KERAS_3),
    ],
)
def test_functions_draw_by_their_rule_in_every_dtype(subject, rule, dtype):
    assert stream_of("2.21.0", subject, "eager", dtype) == Explanation(rule, "kernel")


def test_xla_has_floats_of_its_own_since_2_13():
    assert stream_of("2.12.1", "tf.random.stateless_uniform", "xla") == Explanation(Rule.STATELESS, "kernel")
    assert stream_of("2.13.1", "tf.random.stateless_uniform", "xla") == Explanation(Rule.STATELESS, "xla")
    assert stream_of("2.15.1", DROPOUT, "xla").rule is Rule.UNREACHABLE
    assert stream_of("2.21.0", DROPOUT, "xla") == Explanation(Rule.KERAS_3, "xla")


def test_dropped_zeros_had_the_sign_of_their_input():
    assert stream_of("2.10.1", DROPOUT, "eager").op == "signed zeros"
    assert stream_of("2.11.1", DROPOUT, "eager").op == ""


@pytest.mark.parametrize(
    ("release", "rule"),
    [
        ("2.6.5", Rule.UNSEEDED_NUMPY),
        ("2.7.4", Rule.UNSEEDED_LEGACY),
        ("2.15.1", Rule.UNSEEDED_LEGACY),
        ("2.16.2", Rule.UNSEEDED_KERAS_3),
    ],
)
def test_unseeded_layers_take_their_seed_from(release, rule):
    assert stream_of(release, "keras.layers.GaussianNoise", "eager", name="unseeded_stream").rule is rule


def test_what_stays_unknown_is_listed():
    """The rest is XLA's normals before 2.9, and layers that return their input or drop nothing."""
    assert len([key for key, found in explainer.table().items() if not found]) <= 7


# The table against predictions ----------------------------------------------------------------------------------------

SAMPLE = random.Random(0).sample(sorted(key for key, found in explainer.table().items() if found), 12)


@pytest.fixture(scope="module")
def recorded():
    """The first fact of every recorded stream or mask, by its key in the table."""
    met = {}
    for release in (*shipped.releases("tensorflow"), *shipped.releases("keras")):
        fingerprint = release.read()
        for fact in fingerprint.facts():
            if fact.property in ("stream", "unseeded_stream", "mask") and isinstance(fact.value, str):
                seeded = explainer.takes_seed(fact.subject, fingerprint.recorded[fact.subject])
                met.setdefault(explainer.key(fact.mode, fact.value), []).append((fact, seeded))
    return met


@pytest.mark.parametrize("key", SAMPLE)
def test_the_table_is_what_is_predicted(recorded, key):
    fact, seeded = next(
        (fact, seeded) for fact, seeded in recorded[key] if ("(" in fact.subject) == (fact.property == "mask")
    )
    found = outputs.explanations(*fact.key, fact.value, seeded=seeded)
    assert set(found) == set(explainer.table()[key])


@pytest.mark.parametrize(
    ("sources", "rule"),
    [
        (lambda: [LegacySeed(inputs.GLOBAL_SEED, 1337)] * 3, Rule.LEGACY),
        (lambda: [Keras2Seed(inputs.GLOBAL_SEED, 1337)] * 3, Rule.KERAS_2),
        (lambda: [KerasSeed(1337)] * 3, Rule.KERAS_3),
        (lambda: [KerasSeed(1338)] * 3, None),
    ],
)
def test_a_stream_that_no_release_drew_is_predicted(sources, rule):
    """On another release's arguments: dropout at the probe's rate, with the dropped on the wrong side of zero."""
    x = values.ramp(inputs.SHAPE).astype("float32")
    digests = values.digests([ops.dropout(x, inputs.RATE, seed=seed) for seed in sources()])
    found = outputs.explanations(DROPOUT, "float32", "eager", "stream", digests)
    assert [explanation.rule for explanation in found] == ([rule] if rule else [])


def test_an_unknown_stream_is_unknown_and_not_an_error():
    recorded = fingerprint({DROPOUT: {"float32/eager": {"stream": "a b c"}}, "tf.other": {"x/y": {"stream": "a"}}})
    explainer = Explainer(recorded)
    assert explainer.explain(Fact(DROPOUT, "float32", "eager", "stream", "a b c")) == UNKNOWN
    assert explainer.explain(Fact("tf.other", "x", "y", "stream", "a")) == UNKNOWN


@pytest.mark.parametrize("explanation", [UNKNOWN, Explanation(Rule.LEGACY, "kernel", "signed zeros")])
def test_an_explanation_is_read_as_written(explanation):
    assert Explanation.parse(str(explanation)) == explanation


@pytest.mark.parametrize("rule", Rule)
def test_a_rule_is_a_sentence(rule):
    assert rule.sentence
