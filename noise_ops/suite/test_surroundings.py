"""Every layer and op inside loops, maps, pipelines and steps: each call and each element has noise of its own."""

from noise_ops.checks import calls, stream
from noise_ops.checks.harness import SURROUNDING_MODES, ask, in_modes, over
from noise_ops.subjects.catalog import functions_for

LAYERS = ("dropout", "gaussian_dropout", "gaussian_noise", "masked_gaussian_noise", "alpha_dropout", "spatial_dropout")
# An op that is given a seed draws the same noise wherever it stands; that of micro-batches stands several times.
ONE_OP = tuple(mode for mode in SURROUNDING_MODES if mode != "accumulation")
DRAWS = in_modes(("dropout", "uniform", "normal"), ONE_OP, of=functions_for)
# Of the spatial layers, which differ in their mask's shape alone, the first.
ASKED = [
    target
    for target in in_modes(LAYERS, SURROUNDING_MODES) + DRAWS
    if not target.subject.stateless and not target.subject.name.endswith(("2D", "3D"))
]
# Iterations that follow one another in one trace continue one stream.
IN_ORDER = [target for target in ASKED if target.mode in ("map_fn", "dataset")]


@over(ASKED)
def test_new_call_new_noise(target):
    ask(target, calls.new_call_new_noise)


@over(IN_ORDER)
def test_predicted_stream(target):
    ask(target, stream.predicted_stream)
