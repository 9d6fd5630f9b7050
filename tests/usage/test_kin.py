"""usage/kin.py: what is in no record and draws as a recorded class does is told what is told of that class."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noise_ops import cli, judging
from noise_ops.audit.kinds import STRENGTHS
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from noise_ops.report import of_comparison
from noise_ops.usage import kin
from noise_ops.usage.kin import KIN
from noise_ops.usage.used import UNKNOWN
from tests.usage._models import layer, saved
from tests.usage._trees import subjects, usage, written

PAIRS = [(old.name, new.name) for library in shipped.LIBRARIES for old, new in pairwise(shipped.releases(library))]
LAW = ("2.16.2", "2.21.0")
FIRST = {"units": "4", "filters": "4, 3", "use_scale": "True", "head_dim": "8, 2, 2"}


def made(name, *arguments):
    """The source that makes a layer of a class, and uses it."""
    first = FIRST[KIN[name].parameters[0]] if name in KIN else "4"
    return f"import keras\nkeras.layers.{name}({', '.join([first, *arguments])})\n"


def exit_code(pair, folder, fail_on="contract-changed", source=None, **options):
    used_in = written(folder, a=source) if source else None
    try:
        return judging.compare(*pair, used_in=used_in, **options).exit_code(fail_on)
    except UserError:
        return 2


def test_every_class_that_draws_by_an_argument_is_recorded_or_kin_of_one_that_is():
    recorded = {subject.partition("(")[0].rpartition(".")[2] for subject in shipped.subjects()}
    assert {name for name in STRENGTHS if name != "MaskedGaussianNoise"} - recorded == KIN.keys()
    assert {each.twin for each in KIN.values()} <= recorded


@pytest.mark.parametrize("name", KIN)
def test_kin_is_found_by_the_argument_that_makes_its_noise(name, tmp_path):
    for argument in STRENGTHS[name]:
        assert subjects(tmp_path, a=made(name, f"{argument}=0.2")) == [f"keras.layers.{name}({argument})"]
    every = sorted(f"keras.layers.{name}({argument})" for argument in STRENGTHS[name])
    assert subjects(tmp_path, a=f"import keras\nkeras.layers.{name}(**given)") == every
    assert subjects(tmp_path, a=f"import keras\nclass Mine(keras.layers.{name}): pass") == every
    with pytest.raises(UserError, match="names a layer or function that noise_ops knows"):
        usage(tmp_path, a=made(name))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (made("LSTMCell", "recurrent_dropout=0.2"), 1),
        (made("GRUCell", "recurrent_dropout=0.2"), 1),
        ("import keras\nkeras.layers.RNN([keras.layers.GRUCell(4, recurrent_dropout=0.2)])", 1),
        ("import keras as k\nk.layers.Bidirectional(k.layers.RNN(k.layers.LSTMCell(4, recurrent_dropout=0.2)))", 1),
        ("import keras\nkeras.layers.Bidirectional(keras.layers.LSTM(4, recurrent_dropout=0.2))", 1),
        (made("ConvLSTM1D", "recurrent_dropout=0.2"), 1),
        (made("ConvLSTM2D", "recurrent_dropout=0.2"), 1),
        (made("ConvLSTM3D", "recurrent_dropout=0.2"), 1),
        (made("LSTMCell", "recurrent_dropout=0.0"), 2),
    ],
)
@pytest.mark.parametrize("beside", ["", "keras.layers.Dropout(0.1)\n"])
def test_cells_and_convolutions_are_told_of_the_masks_that_gates_share(source, code, beside, tmp_path):
    """From Keras 3.8 on each gate has a mask of its own."""
    expected = 0 if code == 2 and beside else code
    assert exit_code(LAW, tmp_path, "law-changed", f"{source}\n{beside}") == expected


def test_what_no_record_has_is_no_pass_where_its_twin_is_kept_and_can_be_bisected(tmp_path, capsys):
    code = written(tmp_path, a=made("LSTMCell", "recurrent_dropout=0.2"))
    with pytest.raises(UserError, match=r"have no fact of what .* uses in common"):
        judging.compare("keras==3.9.2", "keras==3.10.0", used_in=code)
    for pair in PAIRS:
        try:
            assert not of_comparison.page(judging.compare(*pair, used_in=code)).answer.startswith("Yes")
        except UserError:
            continue
    assert cli.main(["bisect", "keras==3.4.1", "keras==3.10.0", "--used-in", str(code)]) == 0
    assert "The first bad release is keras==3.7.0" in capsys.readouterr().out
    assert cli.main(["releases", "--used-in", str(code)]) == 0


def test_a_model_is_told_of_them_as_well(tmp_path):
    for rate, status in ((0.2, 1), (0.0, 0)):
        conv = layer("ConvLSTM2D", filters=2, kernel_size=3, dropout=0.0, recurrent_dropout=rate, seed=None)
        path = saved(tmp_path / "x.json", layer("Dropout", rate=0.5, seed=None), conv)
        assert exit_code(LAW, tmp_path, "law-changed", model=path) == status


@given(st.sampled_from(PAIRS), st.sampled_from(sorted(KIN)), st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kin_is_told_whatever_is_told_of_its_twin(tmp_path_factory, pair, name, data):
    argument = data.draw(st.sampled_from(STRENGTHS[name]))
    seed = data.draw(st.sampled_from(["", "seed=3"]))
    fail_on = data.draw(st.sampled_from(["stream-changed", "contract-changed", "law-changed"]))
    folder, other = (tmp_path_factory.mktemp(each) for each in ("kin", "twin"))
    more = [f"{argument}=0.2", *([seed] if seed else []), *_always(name)]
    of_twin = exit_code(pair, other, fail_on, f"import keras\nkeras.layers.{KIN[name].twin}(4, {', '.join(more)})")
    if of_twin == 1:
        assert exit_code(pair, folder, fail_on, made(name, *more[: 1 + bool(seed)])) != 0


def _always(name):
    return [f"{argument}={value}" for argument, value in KIN[name].always.items()]


def test_the_implementation_that_a_convolution_has_is_no_argument(tmp_path):
    (used,) = usage(tmp_path, a=made("ConvLSTM2D", "dropout=r")).used
    assert used.argument("implementation") == 1
    assert used.argument("dropout") is UNKNOWN
    assert kin.twin("tf_keras.layers.GRUCell(dropout)") == "tf_keras.layers.GRU(dropout)"
    assert kin.twin("keras.layers.Dropout") == "keras.layers.Dropout"
