"""Which seed object predicts a source of noise where it is called: every cell of README's table, over five calls.

Witness: the installed TensorFlow, Keras and tf_keras. The cells are read from README.md and evaluated, so that what it
says is what is tested. A source is made by a function, inside the scope of a strategy where there is one; a scenario
calls it and returns its steps, each of which is a list of what was drawn, in the order of ops, elements or replicas.
"""

import random
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tf_keras

import noise_ops
from noise_ops import GeneratorSeed, Keras2Seed, KerasGlobalSeed, KerasSeed, LegacySeed, StatelessSeed
from noise_ops.reference.seeds import Draw
from noise_ops.reference.variates import FLOAT32, uniforms
from noise_ops.subjects.libraries import tensorflow
from tests.reference._helpers import assert_same_bits

tf = tensorflow()  # with two logical CPUs, for replicas

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
STEPS = 5
NAMES = {"g": 7, "h": 11, "seed": 3, "k": 9, "pair": (3, 4), "calls": 2}
CLASSES = (GeneratorSeed, Keras2Seed, KerasGlobalSeed, KerasSeed, LegacySeed, StatelessSeed)
X = np.ones((4, 16), np.float32)


def layer_of(library, seed):
    """A Dropout, called for training."""
    layer = library.layers.Dropout(0.5, seed=seed)
    return lambda x: layer(x, training=True)


def generator():
    """The uniforms of a generator."""
    source = tf.random.Generator.from_seed(NAMES["seed"], alg="philox")
    return lambda x: source.uniform(x.shape)


SOURCES = {
    "Keras 3 layer": lambda: layer_of(keras, NAMES["seed"]),
    "`keras.random.*` without a seed": lambda: lambda x: keras.random.uniform(x.shape, seed=None),
    "`tf.random.stateless_*`": lambda: lambda x: tf.random.stateless_uniform(x.shape, NAMES["pair"]),
    "`tf.random.*` without a seed, unseeded layer of tf_keras": lambda: lambda x: tf.random.uniform(x.shape),
    "`tf.random.*` with seed k": lambda: lambda x: tf.random.uniform(x.shape, seed=NAMES["k"]),
    "seeded layer of tf_keras": lambda: layer_of(tf_keras, NAMES["seed"]),
    "`tf.random.Generator`": generator,
}
UNSEEDED = "`tf.random.*` without a seed, unseeded layer of tf_keras"
LAYERS = ("Keras 3 layer", "seeded layer of tf_keras")


# --- Scenarios: from a way to make a source to the steps before, and the steps that are asked about


def one_by_one(draw, steps=STEPS, x=X):
    """Call it several times, one draw a step."""
    return [[draw(x)] for _ in range(steps)]


def eagerly(make):
    """Call the source."""
    return [], one_by_one(make())


def after_set_seed(make):
    """Call the source twice, and five times after a new global seed."""
    draw = make()
    before = one_by_one(draw, NAMES["calls"])
    tf.random.set_seed(NAMES["h"])
    return before, one_by_one(draw)


def in_a_function(make):
    """Call one trace."""
    return [], one_by_one(tf.function(make()))


def in_the_next_trace(make):
    """Call two traces of one function, the second on a larger batch."""
    function = tf.function(make())
    return one_by_one(function, 2), one_by_one(function, x=np.concatenate([X, X]))


def twice_in_one_function(make):
    """Call one trace that draws twice."""
    draw = make()
    function = tf.function(lambda x: [draw(x), draw(x)])
    return [], [function(X) for _ in range(STEPS)]


def traced_before_set_seed(make):
    """Call a function that was traced, but not called, before the global seed changed."""
    function = tf.function(make())
    function.get_concrete_function(tf.TensorSpec(X.shape, tf.float32))
    tf.random.set_seed(NAMES["h"])
    return [], one_by_one(function, x=tf.constant(X))


def dataset(make):
    """Five elements, each of which draws."""
    return tf.data.Dataset.from_tensors(X).repeat(STEPS).map(make())


def in_a_dataset(make):
    """Iterate once."""
    return [], [[drawn] for drawn in dataset(make)]


def by_the_next_iterator(make):
    """Iterate a second time."""
    both = dataset(make)
    return [[drawn] for drawn in both], [[drawn] for drawn in both]


def map_fn(draw, xs):
    """One draw an element."""
    return tf.map_fn(draw, xs, parallel_iterations=1)


def scan(draw, xs):
    """One draw an element."""
    return tf.scan(lambda _, x: draw(x), xs, tf.zeros(X.shape), parallel_iterations=1)


def while_loop(draw, xs):
    """One draw an iteration."""
    drawn = tf.TensorArray(tf.float32, len(xs))
    step = lambda i, drawn: (i + 1, drawn.write(i, draw(xs[0])))  # noqa: E731
    return tf.while_loop(lambda i, _: i < len(xs), step, (0, drawn), parallel_iterations=1)[1].stack()


def stack(elements=STEPS):
    """As many inputs."""
    return tf.constant(np.stack([X] * elements))


def in_a_loop(loop):
    """Call a loop eagerly."""
    return lambda make: ([], [[drawn] for drawn in loop(make(), stack())])


def in_a_loop_in_a_function(loop):
    """Call a loop inside one trace, twice."""

    def scenario(make):
        draw = make()
        function = tf.function(lambda xs: loop(draw, xs))
        return [], [[drawn] for _ in range(2) for drawn in function(stack())]

    return scenario


def in_a_vectorized_map(make):
    """Call one trace with a vectorized map of three elements: a step is the stack."""
    draw = make()
    function = tf.function(lambda xs: tf.vectorized_map(draw, xs))
    return [], [[function(stack(3))] for _ in range(STEPS)]


def by_replicas(wrap):
    """Call two replicas: a step is what each draws."""

    def scenario(make):
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        with strategy.scope():
            draw = make()
        run = wrap(lambda: strategy.run(draw, args=(tf.constant(X),)))
        return [], [list(strategy.experimental_local_results(run())) for _ in range(STEPS)]

    return scenario


def compiled(make):
    """Call one trace that XLA compiles."""
    return [], one_by_one(tf.function(make(), jit_compile=True), x=tf.constant(X))


LOOPS = (map_fn, scan, while_loop)
SCENARIOS = {
    "eagerly": (eagerly,),
    "after `tf.random.set_seed(h)`": (after_set_seed,),
    "in a tf.function, in `fit`": (in_a_function,),
    "in its next trace": (in_the_next_trace,),
    "twice in one tf.function": (twice_in_one_function,),
    "after `tf.random.set_seed(h)`, in a function traced before": (traced_before_set_seed,),
    "in a map of tf.data": (in_a_dataset,),
    "by its next iterator": (by_the_next_iterator,),
    "in map_fn, scan, while_loop": tuple(map(in_a_loop, LOOPS)),
    "in these inside a tf.function": tuple(map(in_a_loop_in_a_function, LOOPS)),
    "in vectorized_map inside a tf.function": (in_a_vectorized_map,),
    "by replicas, made in the scope": (by_replicas(lambda run: run),),
    "by replicas in a tf.function": (by_replicas(tf.function),),
    "with `jit_compile=True`": (compiled,),
}


# --- README's table


def table():
    """The rows of README's table of seed objects: its headings, then where, and a cell for each source."""
    start = README.index("| where it is called |")
    lines = README[start : README.index("\n\n", start)].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return rows[0][1:], {row[0]: row[1:] for row in rows[2:]}


SOURCE_NAMES, ROWS = table()
CELLS = [(where, source) for where in ROWS for source in SOURCE_NAMES]


def cell(where, source):
    """The expression of a cell, None where it has none, and the words behind it."""
    written = ROWS[where][SOURCE_NAMES.index(source)]
    if written == "goes on":
        above = list(ROWS)[list(ROWS).index(where) - 1]
        return cell(above, source)[0], "goes on"
    found = re.fullmatch(r"`([^`]+)`(.*)", written)
    return (found[1], found[2].strip()) if found else (None, written)


def made(expression, replica=0):
    """The seed object of an expression."""
    return eval(expression, {one.__name__: one for one in CLASSES} | NAMES | {"r": replica})


def drawn_by(seed, source, shape):
    """What an object predicts for a draw of a source in a shape."""
    if source in LAYERS:
        return noise_ops.dropout(np.ones(shape, np.float32), 0.5, seed=seed)
    count = int(np.prod(shape))
    return uniforms(seed.next(Draw("uniform", "float32", count)), count, FLOAT32, seed.engine).reshape(shape)


def predicted(steps, expression, words, source):
    """What the object of a cell predicts for the steps, in their shapes."""
    if words == "each":
        objects = [made(expression, replica) for replica in range(len(steps[0]))]
        return [[drawn_by(objects[place], source, d.shape) for place, d in enumerate(step)] for step in steps]
    seed = made(expression)
    if words == "shared":
        return [[np.stack([drawn_by(seed, source, d.shape[1:])] * len(d)) for d in step] for step in steps]
    if words == "after one":
        in_turn = lambda d: np.stack([drawn_by(seed, source, d.shape[1:]) for _ in range(1 + len(d))][1:])  # noqa: E731
        return [[in_turn(d) for d in step] for step in steps]
    return [[drawn_by(seed, source, d.shape) for d in step] for step in steps]


def seeded():
    """Python, TensorFlow and Keras at the start of the global seed."""
    keras.utils.set_random_seed(NAMES["g"])


def flat(steps):
    """All draws in their order."""
    return [np.asarray(drawn) for step in steps for drawn in step]


def differs(ours, theirs):
    """Whether any draw is another than predicted."""
    return any(not np.array_equal(a, b) for a, b in zip(flat(ours), flat(theirs), strict=True))


ASKED = [
    pytest.param(where, source, scenario, id=f"{source}-{where}-{number}")
    for where, source in CELLS
    if cell(where, source)[0] is not None
    for number, scenario in enumerate(SCENARIOS[where])
]
NONE = [(where, source) for where, source in CELLS if cell(where, source)[0] is None]


def test_every_row_and_column_of_readme_is_asked():
    assert list(ROWS) == list(SCENARIOS)
    assert list(SOURCE_NAMES) == list(SOURCES)
    assert {cell(*one)[1] for one in CELLS} == {"", "goes on", "each", "shared", "stacked", "after one", "none"}
    assert {one.__name__ for one in CLASSES} == {name for name in noise_ops.__all__ if name.endswith("Seed")}


@pytest.mark.filterwarnings("ignore")  # autograph cannot read two lambdas of one line
@pytest.mark.parametrize(("where", "source", "scenario"), ASKED)
def test_the_object_of_readme_predicts_every_call(where, source, scenario):
    expression, words = cell(where, source)
    seeded()
    before, after = scenario(SOURCES[source])
    assert len(after) >= STEPS
    random.seed(NAMES["g"])
    asked = before + after if words == "goes on" else after
    for ours, theirs in zip(flat(predicted(asked, expression, words, source)), flat(asked), strict=True):
        assert_same_bits(ours, theirs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("where", "source"), NONE)
def test_where_readme_names_no_object_the_usual_one_is_refused_or_wrong(where, source):
    expression = cell("eagerly", source)[0]
    if "jit_compile" in where:
        with pytest.raises(ValueError, match="no seed determines"):
            made(f'{expression[:-1]}, engine="xla")')
        return
    seeded()
    draw = SOURCES[source]()
    if "tf.function" in where:
        with pytest.raises(ValueError, match="singleton"):  # of the generator that each replica makes inside
            SCENARIOS[where][0](lambda: draw)
        return
    _, steps = SCENARIOS[where][0](lambda: draw)
    random.seed(NAMES["g"])
    assert differs(predicted(steps, expression, "each", source), steps)


# --- What README says beside the table


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
