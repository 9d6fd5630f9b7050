"""Which seed object predicts a source of noise where it is called: what docs/predicting.md says beside its table.

Witness: the installed TensorFlow, Keras and tf_keras.
"""

import keras
import numpy as np
import pytest
import tf_keras

import noise_ops
from noise_ops import GeneratorSeed, Keras2Seed, KerasSeed, LegacySeed
from tests.reference._helpers import assert_same_bits
from tests.reference._surroundings import (
    NAMES,
    SOURCES,
    STEPS,
    UNSEEDED,
    X,
    differs,
    drawn_by,
    generator,
    made,
    seeded,
    stack,
    tf,
)


def seen_in_fit(library, layers):
    """What reaches the loss of a model around layers in each of five batches of `fit`, a part for each layer."""
    inputs = library.Input(X.shape[1:])
    parts = [layer(inputs) for layer in layers]
    model = library.Model(inputs, library.layers.Concatenate()([*parts, inputs]))
    seen, by_batch = tf.Variable(tf.zeros((len(X), X.shape[1] * (1 + len(layers))))), []

    def loss(_, output):
        seen.assign(output)
        return tf.reduce_mean(output)

    model.compile("sgd", loss)
    record = library.callbacks.LambdaCallback(on_epoch_end=lambda *_: by_batch.append(seen.numpy()))
    model.fit(X, X, batch_size=len(X), epochs=STEPS, verbose=0, callbacks=[record])
    return [np.split(outputs, 1 + len(layers), axis=-1)[:-1] for outputs in by_batch]


@pytest.mark.parametrize(
    ("library", "seed", "expressions"),
    [
        (keras, 3, ["KerasSeed(seed)", "KerasSeed(seed)"]),
        (tf_keras, 3, ["Keras2Seed.in_function(g, seed)", "Keras2Seed.in_function(g, seed)"]),
        (tf_keras, None, ["LegacySeed.in_function(g, ops=1, first=0)", "LegacySeed.in_function(g, ops=1, first=1)"]),
    ],
    ids=["keras", "tf_keras", "tf_keras unseeded"],
)
def test_layers_in_fit_draw_as_in_a_function(library, seed, expressions):
    seeded()
    steps = seen_in_fit(library, [library.layers.Dropout(0.5, seed=seed) for _ in range(2)])
    objects = [made(expression) for expression in expressions]
    for step in steps:
        for ours, drawn in zip(objects, step, strict=True):
            assert_same_bits(drawn_by(ours, "Keras 3 layer", X.shape), drawn)


def test_one_object_follows_all_unseeded_ops_of_a_function():
    seeded()
    steps = seen_in_fit(tf_keras, [tf_keras.layers.Dropout(0.5) for _ in range(3)])
    together = LegacySeed.in_function(NAMES["g"], ops=3)
    assert not differs(predicted_layers(together, steps), steps)


def predicted_layers(seed, steps):
    """What one object predicts for layers that are called in turn."""
    return [[drawn_by(seed, "Keras 3 layer", drawn.shape) for drawn in step] for step in steps]


def test_two_draws_of_one_op_are_two_ops_of_a_function():
    seeded()
    masked = tf.function(lambda x: tf.where(tf.random.uniform(x.shape) < 0.5, x + tf.random.normal(x.shape), x))
    ours = LegacySeed.in_function(NAMES["g"], ops=2)
    for _ in range(STEPS):
        assert_same_bits(noise_ops.masked_gaussian_noise(X, 0.5, 1.0, seed=ours), masked(X))


def test_a_layer_that_replicas_share_from_outside_their_scope_takes_turns():
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    for make, seed in ((SOURCES["Keras 3 layer"], KerasSeed(3)), (generator, GeneratorSeed(3))):
        draw = make()
        source = "Keras 3 layer" if isinstance(seed, KerasSeed) else "`tf.random.Generator`"
        for _ in range(STEPS):
            for drawn in strategy.experimental_local_results(strategy.run(draw, args=(tf.constant(X),))):
                assert_same_bits(drawn_by(seed, source, X.shape), drawn)


def test_an_unseeded_op_in_a_loop_or_an_inner_function_repeats_the_one_outside():
    seeded()
    inner = tf.function(lambda: tf.random.uniform(X.shape))

    @tf.function
    def outer():
        in_loop = tf.while_loop(
            lambda i, _: i < 1, lambda i, _: (i + 1, tf.random.uniform(X.shape)), (0, tf.zeros(X.shape))
        )
        return [tf.random.uniform(X.shape), in_loop[1], inner(), inner()]

    ours = LegacySeed.in_function(NAMES["g"])
    for _ in range(STEPS):
        expected = drawn_by(ours, UNSEEDED, X.shape)
        for drawn in outer():
            assert_same_bits(expected, drawn)


def test_a_vectorized_map_called_eagerly_is_a_new_trace_each_time():
    seeded()
    draw, layer = SOURCES[UNSEEDED](), SOURCES["seeded layer of tf_keras"]()
    counted = Keras2Seed(NAMES["g"], NAMES["seed"])
    for _ in range(STEPS):
        stacked = tf.vectorized_map(draw, stack(3))
        assert_same_bits(drawn_by(LegacySeed.in_function(NAMES["g"]), UNSEEDED, stacked.shape), stacked)
        stacked = tf.vectorized_map(layer, stack(3))
        assert_same_bits(drawn_by(counted, "seeded layer of tf_keras", stacked.shape), stacked)


def test_keras_2_counts_its_traces_also_where_each_draws_twice():
    seeded()
    draw = SOURCES["seeded layer of tf_keras"]()
    function = tf.function(lambda x: [draw(x), draw(x)])
    for trace, rows in enumerate((4, 8, 12)):
        ours = Keras2Seed.in_function(NAMES["g"], NAMES["seed"], ops=2, trace=trace)
        for _ in range(2):
            for drawn in function(tf.ones((rows, 16))):
                assert_same_bits(drawn_by(ours, "seeded layer of tf_keras", drawn.shape), drawn)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_traced_ops_go_on_in_other_dtypes(dtype):
    seeded()
    x = tf.ones((3, 5), dtype)
    function = tf.function(lambda: tf.nn.dropout(x, 0.5))
    ours = LegacySeed.in_function(NAMES["g"])
    for _ in range(STEPS):
        assert_same_bits(noise_ops.dropout(x.numpy(), 0.5, seed=ours), function())


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: LegacySeed.in_function(None), TypeError),
        (lambda: LegacySeed.in_function(7, ops=0), ValueError),
        (lambda: Keras2Seed.in_function(7, None), TypeError),
        (lambda: Keras2Seed.in_function(7, 3, ops=-1), ValueError),
        (lambda: Keras2Seed(7, 3, engine="xla"), ValueError),
        (lambda: GeneratorSeed(3, replica=-1), ValueError),
        (lambda: GeneratorSeed(3, replica="first"), TypeError),
    ],
)
def test_what_no_source_does_is_refused_in_one_sentence(make, error):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value).endswith(".")
