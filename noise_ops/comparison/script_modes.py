"""Modes of scripts: lines that run what `new` makes in each way that the probe runs it."""

from __future__ import annotations

from noise_ops.comparison.script_parts import Layer, compiled

_SURROUNDINGS = {
    "map_fn": "outputs = tf.function(lambda xs: tf.map_fn(call, xs))(tf.stack([x] * {calls}))",
    "vectorized_map": "outputs = tf.function(lambda xs: tf.vectorized_map(call, xs))(tf.stack([x] * {calls}))",
    "scan": "outputs = tf.function(lambda xs: tf.scan(lambda _, one: call(one), xs, x * 0))(tf.stack([x] * {calls}))",
    "while_loop": (
        "outputs = tf.function(lambda: tf.while_loop(lambda i, _: i < {calls}, lambda i, kept: (i + 1, kept.write(i, "
        "call(x))), (0, tf.TensorArray(x.dtype, {calls})))[1].stack())()"
    ),
    "dataset": "outputs = tf.data.Dataset.from_tensors(x).repeat({calls}).map(call)",
    "accumulation": "outputs = tf.function(lambda: [call(x) for _ in range({calls})])()",
}
"""Lines that call a layer inside something, by mode."""


TRANSFORMATIONS = ("map_fn", "vectorized_map", "scan", "dataset", "accumulation")
"""What calls a layer on parts of its input, in a fact about new noise of each call."""


def transformed(layer: Layer, how: str) -> list[str]:
    """Return lines that call a new layer in a transformation, and keep what it returns in `outputs`."""
    if how == "dataset":
        call = f"call = tf.autograph.experimental.do_not_convert(lambda x: {layer.called()})"
        mapped = "dataset = tf.data.Dataset.from_tensor_slices(tf.stack([x] * 2)).map(call)"
        return ["layer = new()", call, mapped, "outputs = [np.asarray(y) for epoch in range(2) for y in dataset]"]
    if how == "accumulation":
        step = [
            "layer = new()",
            "def step(x):",
            "    outputs = []",
            "    for part in range(2):",
            "        with tf.GradientTape() as tape:",
            "            tape.watch(x)",
            f"            outputs.append({layer.called()})",
            "        total.assign_add(tape.gradient(outputs[-1], x))",
            "    return outputs",
        ]
        return ["total = tf.Variable(tf.zeros_like(x))", *step, *compiled("step", ""), "outputs = [*step(x), *step(x)]"]
    return in_mode(layer, how, 3)


def in_mode(layer: Layer, mode: str, calls: int) -> list[str]:
    """Return lines that make a new layer, run it in a mode, and keep what it returns in `outputs`."""
    call = layer.called()
    if mode in ("function", "xla"):
        return ["layer = new()", *compiled(f"lambda x: {call}", mode), f"outputs = [step(x) for _ in range({calls})]"]
    if mode == "mirrored":
        return [
            'strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])',
            "with strategy.scope():",
            "    layer = new()",
            f"step = tf.function(lambda: strategy.run(lambda x: {call}, args=(x,)), autograph=False)",
            "outputs = [replica for _ in range(2) for replica in strategy.experimental_local_results(step())]",
        ]
    if mode == "predict":
        return [
            *model(layer, "new()", "training=True"),
            f"outputs = [model.predict(x, batch_size=len(x)) for _ in range({calls})]",
        ]
    if mode == "fit":
        return [*model(layer, "new()", ""), *_fitted(calls)]
    if mode in _SURROUNDINGS:
        written = _SURROUNDINGS[mode].format(calls=calls)
        return ["layer = new()", f"call = lambda x: {call}", written, f"outputs = list(outputs)[:{calls}]"]
    if mode in ("from_config", "reloaded"):
        return [*rebuilt(layer, mode, "new()"), f"outputs = [{layer.called('again')} for _ in range({calls})]"]
    return ["layer = new()", f"outputs = [{call} for _ in range({calls})]"]


def model(layer: Layer, make: str, training: str) -> list[str]:
    """Return lines that put a layer into a functional model."""
    call = layer.called("layer", "inputs", training)
    return [
        f"layer = {make}",
        "inputs = keras.Input(x.shape[1:], dtype=x.dtype)",
        f"model = keras.Model(inputs, {call})",
    ]


def _fitted(calls: int) -> list[str]:
    return [
        "shown = tf.Variable(tf.zeros((len(x), *model.output_shape[1:]), x.dtype))",
        "outputs = []",
        "def loss(y_true, y_pred):",
        "    shown.assign(tf.cast(y_pred, shown.dtype))",
        "    return tf.reduce_mean(y_pred)",
        "keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: outputs.append(np.array(shown)))",
        "model.compile(keras.optimizers.SGD(0.0), loss)",
        "options = dict(batch_size=len(x), shuffle=False, verbose=0, callbacks=[keep])",
        f"model.fit(x, np.zeros(shown.shape), epochs={calls}, **options)",
    ]


def rebuilt(layer: Layer, how: str, make: str) -> list[str]:
    """Return lines that make `again` of a layer: of its config, or of a model that is saved and loaded."""
    if how == "from_config":
        lines = [f"layer = {make}", "again = type(layer).from_config(layer.get_config())"]
        if layer.recurrent or layer.attention:
            built = "again.build((None, *x.shape[1:]))" if layer.recurrent else layer.called("again", "x[:1]", "")
            lines += [built, "again.set_weights(layer.get_weights())"]
        return lines
    return [
        *model(layer, make, ""),
        'path = os.path.join(tempfile.mkdtemp(), "model.keras")',
        "model.save(path)",
        "again = keras.models.load_model(path, compile=False).layers[-1]",
    ]
