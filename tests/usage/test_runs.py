"""usage/runs.py: where code says how its layers are run is told with what depends on it, and never decides anything."""

import pytest

from noise_ops import judging
from noise_ops.usage import runs
from tests.usage._trees import usage, written

CODE = "import keras, tensorflow as tf\nkeras.layers.Dropout(0.5)\n"


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("s = tf.distribute.MirroredStrategy()", "mirrored"),
        ("from tensorflow.distribute import TPUStrategy\ns = TPUStrategy()", "mirrored"),
        ("keras.mixed_precision.set_global_policy('mixed_float16')", "mixed_float16"),
        ("keras.layers.Dropout(0.5, dtype='mixed_bfloat16')", "mixed_bfloat16"),
        ("tf.function(f, jit_compile=True)", "xla"),
        ("model.compile(jit_compile=flag)", "xla"),
        ("tf.vectorized_map(f, x)", "in_vectorized_map"),
        ("tf.recompute_grad(f)", "recomputation_keeps_mask"),
    ],
)
def test_what_code_says_of_its_run_is_found(line, way, tmp_path):
    found = usage(tmp_path, a=CODE + line).runs
    last = CODE.count("\n") + line.count("\n") + 1
    assert {each: places for each, places in found.items() if places} == {way: (f"a.py:{last}",)}


@pytest.mark.parametrize(
    "line",
    ["# MirroredStrategy", "'of mixed_float16'", "model.compile(jit_compile=False)", "BackoffStrategy()", "rematch()"],
)
def test_what_code_does_not_say_is_not_found(line, tmp_path):
    assert not any(usage(tmp_path, a=CODE + line).runs.values())


def conditions(folder, *pair, **options):
    return {
        (group.code, group.condition)
        for group in judging.compare(*pair, used_in=folder, **options).comparison.groups
        if not group.hides
    }


def test_a_finding_says_where_it_is_so_run_or_that_this_was_not_found(tmp_path):
    pair = ("keras==3.6.0", "keras==3.7.0")
    condition = "train under MirroredStrategy"
    assert conditions(written(tmp_path, a=CODE), *pair) == {("raises", f"{condition}, not found in what was read")}
    written(tmp_path, b="def run(tf):\n    return tf.distribute.MirroredStrategy()")
    assert conditions(tmp_path, *pair) == {("raises", f"{condition}, found in b.py:2")}
    written(tmp_path, b="print 'two'\ntf.distribute.MirroredStrategy()")
    assert conditions(tmp_path, *pair) == {("raises", condition)}


def test_of_what_a_library_chooses_itself_nothing_is_said(tmp_path):
    found = {
        condition
        for code, condition in conditions(
            written(tmp_path, a=CODE + "keras.layers.GaussianNoise(1)"), "2.15.1", "2.16.2"
        )
    }
    assert "use jit_compile in float16" in found


def test_a_finding_of_several_ways_is_told_as_before():
    places = dict.fromkeys(("mirrored", "xla"), ("a.py:1",))
    assert runs.told(places, [("mirrored", "stream"), ("eager", "replicas_draw_apart")]) == ", found in a.py:1"
    assert runs.told(places, [("mirrored", "stream"), ("xla", "stream")]) == ""
    assert runs.told(places, [("eager", "stream")]) == ""


def test_it_decides_nothing(tmp_path):
    pair = ("keras==3.6.0", "keras==3.7.0")
    lines = ("", "tf.distribute.MirroredStrategy()")
    codes = [
        judging.compare(*pair, used_in=written(tmp_path, a=CODE + line)).exit_code("law-changed") for line in lines
    ]
    assert codes == [0, 0]
