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
from noise_ops.subjects.classes import GATES
from noise_ops.usage import kin
from noise_ops.usage.kin import KIN
from tests.usage._models import layer, saved
from tests.usage._trees import subjects, usage, written

PAIRS = [(old.name, new.name) for library in shipped.LIBRARIES for old, new in pairwise(shipped.releases(library))]
RECORDED = {subject.partition("(")[0].rpartition(".")[2] for subject in shipped.subjects()}
LAW = ("2.16.2", "2.21.0")
FIRST = {"units": "4", "filters": "4, 3", "use_scale": "True", "head_dim": "8, 2, 2"}


UNRECORDED = sorted({name for name in STRENGTHS if name != "MaskedGaussianNoise"} - RECORDED)
ALONE = sorted({*UNRECORDED} - {*KIN})


def made(name, *arguments):
    """The source that makes a layer of a class, and uses it."""
    parameters = kin.signatures({}).get(f"keras.layers.{name}({STRENGTHS[name][-1]})", ("units",))
    first = FIRST[parameters[0]]
    return f"import keras\nkeras.layers.{name}({', '.join([first, *arguments])})\n"


def exit_code(pair, folder, fail_on="contract-changed", source=None, **options):
    used_in = written(folder, a=source) if source else None
    try:
        return judging.compare(*pair, used_in=used_in, **options).exit_code(fail_on)
    except UserError:
        return 2


def test_a_twin_is_recorded_and_runs_or_hands_on_the_code_of_its_kin():
    assert {f"{name}Cell" for name in GATES} | {"AdditiveAttention"} == KIN.keys()
    assert {each.twin for each in KIN.values()} <= RECORDED
    assert {subject.partition("(")[0].rpartition(".")[2] for subject in kin.signatures({})} == {*UNRECORDED}


@pytest.mark.parametrize("name", UNRECORDED)
def test_it_is_found_by_the_argument_that_makes_its_noise(name, tmp_path):
    for argument in STRENGTHS[name]:
        assert subjects(tmp_path, a=made(name, f"{argument}=0.2")) == [f"keras.layers.{name}({argument})"]
    every = sorted(f"keras.layers.{name}({argument})" for argument in STRENGTHS[name])
    assert subjects(tmp_path, a=f"import keras\nkeras.layers.{name}(**given)") == every
    assert subjects(tmp_path, a=f"import keras\nclass Mine(keras.layers.{name}): pass") == every
    with pytest.raises(UserError, match="draws noise that noise_ops knows"):
        usage(tmp_path, a=made(name))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (made("LSTMCell", "recurrent_dropout=0.2"), 1),
        (made("GRUCell", "recurrent_dropout=0.2"), 1),
        ("import keras\nkeras.layers.RNN([keras.layers.GRUCell(4, recurrent_dropout=0.2)])", 1),
        ("import keras as k\nk.layers.Bidirectional(k.layers.RNN(k.layers.LSTMCell(4, recurrent_dropout=0.2)))", 1),
        ("import keras\nkeras.layers.Bidirectional(keras.layers.LSTM(4, recurrent_dropout=0.2))", 1),
        (made("LSTMCell", "recurrent_dropout=0.0"), 2),
    ],
)
@pytest.mark.parametrize("beside", ["", "keras.layers.Dropout(0.1)\n"])
def test_cells_are_told_of_the_masks_that_gates_share(source, code, beside, tmp_path):
    """From Keras 3.8 on each gate has a mask of its own."""
    expected = 0 if code == 2 and beside else code
    assert exit_code(LAW, tmp_path, "law-changed", f"{source}\n{beside}") == expected


def answer(pair, folder, source):
    return of_comparison.page(judging.compare(*pair, used_in=written(folder, a=source))).answer


@pytest.mark.parametrize("beside", ["", "keras.layers.Dropout(0.1)\n"])
def test_what_has_code_of_its_own_is_told_nothing_of_others_and_may_hide_what_changes(beside, tmp_path):
    """Keras 3.7.0 and 3.8.0 have one ConvLSTM, byte for byte, while the masks of LSTM changed."""
    for name in ALONE:
        source = f"{made(name, f'{STRENGTHS[name][-1]}=0.2')}{beside}"
        told = answer(("keras==3.7.0", "keras==3.8.0"), tmp_path, source)
        assert told.startswith(f"Cannot tell: 3 findings may be hidden in a.py:2 keras.layers.{name}; ")
        assert exit_code(("keras==3.7.0", "keras==3.8.0"), tmp_path, source=source) == 1


@pytest.mark.parametrize("beside", ["", "keras.layers.Dropout(0.1)\n"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("LSTMCell", "LSTMCell is judged as LSTM, which runs it."),
        ("AdditiveAttention", "AdditiveAttention is judged as Attention, which draws as it."),
    ],
)
def test_a_yes_that_trusts_a_twin_says_so(name, said, beside, tmp_path):
    told = answer(LAW, tmp_path, f"{made(name, 'dropout=0.2')}{beside}")
    assert told.startswith("Yes: every bit, law and contract that ")
    assert said in told
    assert "Not asked" not in told
    assert "LSTMCell" not in answer(LAW, tmp_path, "import keras\nkeras.layers.Dropout(0.1)")


def test_what_one_side_alone_recorded_of_a_twin_is_no_yes(tmp_path):
    code = "import tf_keras\ntf_keras.layers.LSTMCell(4, dropout=0.2)\n"
    pair = ("2.15.1", "2.16.2")  # of which the first has no tf_keras
    with pytest.raises(UserError, match="have no fact of what"):
        judging.compare(*pair, used_in=written(tmp_path, a=code))


def test_what_no_record_has_can_be_bisected(tmp_path, capsys):
    code = written(tmp_path, a=made("LSTMCell", "recurrent_dropout=0.2"))
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
    more = [f"{argument}=0.2", *([seed] if seed else [])]
    of_twin = exit_code(pair, other, fail_on, f"import keras\nkeras.layers.{KIN[name].twin}(4, {', '.join(more)})")
    if of_twin == 1:
        assert exit_code(pair, folder, fail_on, made(name, *more)) != 0


def test_a_twin_is_of_the_same_library_and_argument():
    assert kin.twin("tf_keras.layers.GRUCell(dropout)") == "tf_keras.layers.GRU(dropout)"
    assert kin.twin("keras.layers.Dropout") == "keras.layers.Dropout"
