"""subjects/modes.py: cases that share a trace, model, file or strategy step draw what each draws alone."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from noise_ops import KerasSeed, LegacySeed, dropout
from noise_ops.checks.prediction import seed_for
from noise_ops.subjects import catalog, modes, running
from noise_ops.subjects.inputs import GLOBAL_SEED
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.targets import Target, default_dtype

CALLS = 2
LAYERS = {subject.name: subject for subject in catalog.checked() if isinstance(subject, LayerSubject)}
FUNCTIONS = {subject.name: subject for subject in catalog.checked() if subject.name not in LAYERS}

PARAMETERS = [(0.3, 0.7, 1337), (0.6, 0.9, 7)]
"""Rate, stddev and seed of each case."""

DROPOUTS = ("keras.layers.Dropout", "tf_keras.layers.Dropout")
NOISY = (*DROPOUTS, "keras.layers.GaussianNoise", "tf_keras.layers.GaussianNoise")

every_mode = pytest.mark.parametrize("mode", modes.MODES)
every_function_mode = pytest.mark.parametrize("mode", ["eager", "function", "xla", "mirrored"])


def sample(mode, number=0):
    """An input in the dtype of a mode; each number has values of its own."""
    return np.random.default_rng(number).standard_normal((64, 33)).astype(default_dtype(mode))


def cases_of(subject, mode, parameters=PARAMETERS):
    """Cases of one sample."""
    x = sample(mode)
    make = Target(subject, x.dtype, mode).subject_case
    return [make(x, rate=rate, stddev=stddev, seed=seed) for rate, stddev, seed in parameters]


def words(outputs):
    """The bits of the outputs, with their dtypes and shapes."""
    return [[(y.dtype, y.shape, y.tobytes()) for y in successive] for successive in outputs]


def as_alone(subject, cases, mode):
    """Whether cases draw together, bit for bit, what each draws alone."""
    if seed_for(subject, cases[0], mode) is None:
        pytest.skip("no seed determines what it draws, alone or not")
    alone = [running.run(subject, case, mode, CALLS) for case in cases]
    return words(running.run_together(subject, cases, mode, CALLS)) == words(alone)


@every_mode
@pytest.mark.parametrize("name", NOISY)
def test_layers_draw_together_what_each_draws_alone(name, mode):
    assert as_alone(LAYERS[name], cases_of(LAYERS[name], mode), mode)


@every_function_mode
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_draw_together_what_each_draws_alone(name, mode):
    assert as_alone(FUNCTIONS[name], cases_of(FUNCTIONS[name], mode), mode)


@pytest.mark.parametrize("name", [name for name in NOISY if name.startswith("tf_keras")])
def test_layers_of_keras_2_each_draw_noise_of_their_own_under_xla(name):
    cases = cases_of(LAYERS[name], "xla")
    outputs = [y for successive in running.run_together(LAYERS[name], cases, "xla", CALLS) for y in successive]
    assert {(y.dtype, y.shape) for y in outputs} == {(cases[0].x.dtype, cases[0].x.shape)}
    assert len({y.tobytes() for y in outputs}) == len(cases) * CALLS


@every_mode
@pytest.mark.parametrize("name", DROPOUTS)
def test_each_case_may_have_an_input_of_its_own(name, mode):
    subject = LAYERS[name]
    cases = [case.on(sample(mode, number)) for number, case in enumerate(cases_of(subject, mode))]
    assert as_alone(subject, cases, mode)


@pytest.mark.parametrize("name", DROPOUTS)
def test_a_file_gives_many_layers_back_in_their_order(name):
    many = [(0.05 * number, 0.0, 100 * number) for number in range(1, 13)]  # from 10 on, names no longer sort so
    assert as_alone(LAYERS[name], cases_of(LAYERS[name], "reloaded", many), "reloaded")


@pytest.mark.parametrize("mode", [mode for mode in modes.MODES if mode != "model"])
def test_layers_with_one_op_seed_do_not_go_on_in_each_others_stream(mode):
    subject = LAYERS["tf_keras.layers.Dropout"]
    assert as_alone(subject, cases_of(subject, mode, [(0.3, 0.0, 5), (0.6, 0.0, 5), (0.6, 0.0, 6)]), mode)


def test_a_target_runs_cases_in_its_mode():
    target = Target(LAYERS["keras.layers.Dropout"], default_dtype("xla"), "xla")
    cases = cases_of(target.subject, "xla")
    assert words(target.run_together(cases, CALLS)) == words([target.run(case, CALLS) for case in cases])


@pytest.mark.parametrize("name", DROPOUTS)
def test_a_layer_is_traced_once_for_each_shape(name):
    subject = LAYERS[name]
    x, larger = np.ones((64, 33), np.float32), np.ones((65, 33), np.float32)
    [case] = [case.on(x) for case in cases_of(subject, "function", PARAMETERS[:1])]
    if subject.library.generation == 3:
        seeds = [KerasSeed(case.seed)] * 3
    else:  # which takes a new op seed in each trace, and goes on in it
        first, second = (LegacySeed(GLOBAL_SEED, case.seed + trace) for trace in (0, 1))
        seeds = [first, second, first]
    inputs = (x, larger, x)
    predicted = [dropout(x, case.rate, seed=seed) for x, seed in zip(inputs, seeds, strict=True)]
    assert words([running.retraced(subject, case, inputs)]) == words([predicted])


@pytest.mark.parametrize("name", NOISY)
def test_a_tensor_is_read_again_after_the_call(name):
    [case] = cases_of(LAYERS[name], "eager", PARAMETERS[:1])
    assert words([[running.input_after(LAYERS[name], case)]]) == words([[case.x]])


@pytest.mark.parametrize("name", NOISY)
def test_calls_in_a_loop_are_the_calls_of_one_layer(name):
    [case] = cases_of(LAYERS[name], "function", PARAMETERS[:1])
    looped = running.looped(LAYERS[name], case, 6)
    assert looped.shape == (6, *case.x.shape)
    assert len({output.tobytes() for output in looped}) == 6
    if LAYERS[name].library.generation == 3:  # Keras 2 counts the tracings of a loop's body, too
        # A tf.function that is called again and again counts as a loop does.
        assert words([looped]) == words([running.run(LAYERS[name], case, "function", 6)])


@pytest.mark.parametrize(("release", "early"), [("3.0.5", True), ("3.4.1", True), ("3.5.0", False), ("3.15.1", False)])
def test_a_layer_is_predicted_by_the_seed_rule_of_its_release(release, early):
    """Keras 3.0 to 3.4 kept 32 bits of a seed: nothing is asked of TensorFlow here, but of the choice."""
    subject = LAYERS["keras.layers.Dropout"]
    library = replace(subject.library, module=SimpleNamespace(__version__=release))
    [case] = cases_of(subject, "eager", [(0.5, None, -1)])
    drawn = dropout(case.x, 0.5, seed=seed_for(replace(subject, library=library), case, "eager"))
    rule = KerasSeed.before_3_5(-1) if early else KerasSeed(-1)
    assert np.array_equal(drawn, dropout(case.x, 0.5, seed=rule))
