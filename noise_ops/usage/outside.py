"""Imports of what is not there to be read and may hold layers: packages that are known to, and modules of the user's.

What merely imports another package, such as NumPy, is no doubt: of hundreds of files there would be no answer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from noise_ops.usage.bindings import Import, Module, Project
from noise_ops.usage.libraries import LIBRARIES, Names, is_inside
from noise_ops.usage.used import ANYTHING, Doubt, Why


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


OF_LAYERS = _names(
    "autokeras bert classification_models deepctr edward2 efficientnet keras_bert keras_contrib keras_cv keras_hub "
    "keras_nlp keras_resnet keras_rs keras_self_attention keras_transformer keras_unet_collection keras_vggface larq "
    "official qkeras segmentation_models sonnet spektral stellargraph tcn tensorflow_addons tensorflow_gan "
    "tensorflow_gnn tensorflow_hub tensorflow_models tensorflow_privacy tensorflow_probability tensorflow_ranking "
    "tensorflow_recommenders tensorflow_similarity tf_slim tfimm tfswin transformers vit_keras"
)
"""Packages that hold layers of Keras or TensorFlow, models of them, or draw noise by TensorFlow."""

_FRAMEWORKS = _names(
    "chainer equinox fastai flax haiku jax lasagne lightning mlx mxnet paddle pytorch_lightning theano timm tinygrad "
    "torch torchaudio torchtext torchvision"
)
"""Other frameworks of deep learning."""

OTHERS = _FRAMEWORKS | {"cupy", "dask", "numpy", "random", "scipy"}
"""What has classes or functions of the same names and is nothing of TensorFlow's."""

_QUIET = sys.stdlib_module_names | _names(
    "albumentations audiomentations bokeh cirq click cv2 diffusers django einops geopandas gradio gym gymnasium "
    "h5py holoviews horovod hydra imageio imgaug joblib keras_tuner librosa matplotlib mlflow monai networkx nltk "
    "numba onnx onnxruntime openpyxl optuna pandas pennylane pettingzoo PIL plotly pyarrow pydantic pydeck pymc "
    "pytest pytorch qiskit qiskit_aer ray seaborn skimage sklearn skopt spacy sqlalchemy statsmodels streamlit "
    "tensorboard tensorflow_data_validation tensorflow_datasets tensorflow_io tensorflow_text tokenizers tqdm "
    "wandb xarray xgboost yaml"
)
"""Packages that hold no layer of Keras, though names in them may sound so."""

_OF_TOKENS = re.compile(r"\w*(Tokenizer|TokenizerFast|Config|Processor|FeatureExtractor)")
"""What is imported of `transformers` and is no layer."""

_MODULE_OF_LAYERS = re.compile(
    r"(\w*_)?(layers?|blocks?|cells?|nn|nets?|networks?|backbones?|noise|dropout|attention|transformers?)"
)
_LAYER = re.compile(
    r"\w*(Noise|Dropout|DropPath|DropBlock|StochasticDepth|Attention|Transformer|LSTM|GRU|RNN|Augment)\w*"
    r"|\w+(Layer|Block|Cell)|(\w*_)?(noise|dropout|drop_path|drop_block|stochastic_depth)(_\w+)?"
)
_WRITTEN_BY_PROGRAMS = re.compile(r"_?_?version\w*|\w+_pb2(_grpc)?|__\w+__")


def doubts(project: Project) -> Iterator[Doubt]:
    """Yield a doubt for each module that is imported, may hold layers, and is not there to be read."""
    where: dict[str, list[str]] = {}
    for module in project.modules:
        for each in module.imports:
            if not project.is_there(each.path) and _may_hold_layers(project, module, each):
                where.setdefault(each.written, []).append(each.where)
    for written, places in where.items():
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        yield Doubt(f"{places[0]} {written}{more}", Why.OUTSIDE)


def in_text(text: bytes | None, names: Names) -> tuple[str, ...]:
    """Return what may be used in a text that cannot be parsed: anything, unless no word in it could name a subject."""
    if text is None:
        return ANYTHING
    words = set(re.findall(rb"\w+", text))
    if not words.isdisjoint(map(str.encode, (*LIBRARIES, *OF_LAYERS, "import_module", "__import__"))):
        return ANYTHING
    parts = {part for name in names.functions for part in name.split(".")[1:]}
    of_others = not words.isdisjoint(map(str.encode, _FRAMEWORKS))
    return () if of_others or words.isdisjoint(map(str.encode, names.classes | parts)) else ANYTHING


def is_unknown(path: str) -> bool:
    """Return whether a path is into a package of which it is not known that it holds no layers of Keras."""
    return not is_inside(path) and path.partition(".")[0] not in _QUIET | OTHERS


def _may_hold_layers(project: Project, module: Module, each: Import) -> bool:
    top, names = each.path.partition(".")[0], each.names
    if not is_unknown(each.path):
        return False
    if top in OF_LAYERS:
        return not names or not all(map(_OF_TOKENS.fullmatch, names))
    frameworks = {other.path.partition(".")[0] for other in module.imports}
    if not any(map(is_inside, frameworks)) and not frameworks.isdisjoint(_FRAMEWORKS):
        return False  # layers of another framework
    if each.written.startswith(".") or project.is_package(top):
        return any(map(is_inside, frameworks)) and not _is_written_by_program(each)
    return any(map(_MODULE_OF_LAYERS.fullmatch, each.path.split("."))) or any(map(_LAYER.fullmatch, names))


def _is_written_by_program(each: Import) -> bool:
    return any(map(_WRITTEN_BY_PROGRAMS.fullmatch, (each.path.rpartition(".")[2], *each.names)))
