"""Sources of noise, the surroundings they are called in, and what a seed object predicts there.

A source is made by a function, inside the scope of a strategy where there is one; a scenario calls it and returns its
steps, each of which is a list of what was drawn, in the order of ops, elements or replicas.
"""

import keras
import numpy as np
import tf_keras

import noise_ops
from noise_ops import GeneratorSeed, Keras2Seed, KerasGlobalSeed, KerasSeed, LegacySeed, StatelessSeed
from noise_ops.reference.seeds import Draw
from noise_ops.reference.variates import FLOAT32, uniforms
from noise_ops.subjects.libraries import tensorflow

tf = tensorflow()  # with two logical CPUs, for replicas

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
    "in a tf.function, in `fit` (on a GPU: the row `jit_compile`)": (in_a_function,),
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


# --- Predictions


def made(expression, replica=0):
    """The seed object of an expression."""
    return eval(expression, {one.__name__: one for one in CLASSES} | NAMES | {"r": replica})


def drawn_by(seed, source, shape):
    """What an object predicts for a draw of a source in a shape."""
    if source in LAYERS:
        return noise_ops.dropout(np.ones(shape, np.float32), 0.5, seed=seed)
    count = int(np.prod(shape))
    return uniforms(seed.next(Draw("uniform", "float32", count)), count, FLOAT32, seed.engine).reshape(shape)


def seeded():
    """Python, TensorFlow and Keras at the start of the global seed."""
    keras.utils.set_random_seed(NAMES["g"])


def flat(steps):
    """All draws in their order."""
    return [np.asarray(drawn) for step in steps for drawn in step]


def differs(ours, theirs):
    """Whether any draw is another than predicted."""
    return any(not np.array_equal(a, b) for a, b in zip(flat(ours), flat(theirs), strict=True))
