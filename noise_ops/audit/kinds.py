"""Kinds: which classes of Keras draw noise, by which arguments, and which draw none; one in no table is not known."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from noise_ops.subjects.classes import ATTENTION, GATES, KERAS_LAYERS


class Kind(enum.Enum):
    """What is drawn at a place."""

    NOISE = "noise"
    IMAGE = "random image layer"
    INITIALIZER = "initializer"
    FUNCTION = "function"
    UNKNOWN = "not known to noise_ops"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTWISE = {entry.class_name: ("stddev",) if entry.op == "gaussian_noise" else ("rate",) for entry in KERAS_LAYERS}
_RECURRENT = ("dropout", "recurrent_dropout")

STRENGTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **_ELEMENTWISE,
        "MaskedGaussianNoise": ("rate", "stddev"),
        **dict.fromkeys((*GATES, *(f"{name}Cell" for name in GATES)), _RECURRENT),
        **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _RECURRENT),
        **dict.fromkeys(
            (*ATTENTION, "AdditiveAttention", "GroupedQueryAttention", "GroupQueryAttention"), ("dropout",)
        ),
    }
)
"""The arguments by which a layer class draws noise in training, all of which are rates but `stddev`."""

ALWAYS = (*_ELEMENTWISE, "MaskedGaussianNoise")
"""Classes that are there for their noise; those of the others whose argument is 0 draw none, as by default."""

IMAGE = _names(
    "AugMix CutMix MixUp RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast "
    "RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHeight "
    "RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness "
    "RandomShear RandomTranslation RandomWidth RandomZoom Solarization"
)
"""Image layers that draw how they change an image."""

INITIALIZERS = _names(
    "GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform Orthogonal OrthogonalInitializer "
    "RandomNormal RandomUniform TruncatedNormal VarianceScaling"
)
"""Initializers that draw."""

INITIALIZER_NAMES = _names(
    "glorot_normal glorot_uniform he_normal he_uniform lecun_normal lecun_uniform normal orthogonal random_normal "
    "random_uniform truncated_normal uniform variance_scaling"
)
"""The same by the short names that a config may hold in their place; such a one has no seed."""

FUNCTIONS = _names(
    "tf.nn.dropout tf.nn.experimental.stateless_dropout tf.random.normal tf.random.stateless_normal "
    "tf.random.stateless_uniform tf.random.uniform"
)
"""Functions of TensorFlow that are subjects, as tf_keras has them as layers of a functional model."""

QUIET = _names(
    "AbstractRNNCell Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D "
    "AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AutoContrast "
    "Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization Bidirectional CategoryEncoding "
    "CenterCrop Concatenate ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D "
    "Conv2DTranspose Conv3D Conv3DTranspose Cropping1D Cropping2D Cropping3D Dense DenseFeatures DepthwiseConv1D "
    "DepthwiseConv2D Discretization Dot ELU EinsumDense Embedding Equalization Flatten Functional "
    "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D "
    "GlobalMaxPooling3D GroupNormalization HashedCrossing Hashing Identity InputLayer IntegerLookup "
    "LayerNormalization LeakyReLU LocallyConnected1D LocallyConnected2D Masking MaxNumBoundingBoxes MaxPooling1D "
    "MaxPooling2D MaxPooling3D Maximum MelSpectrogram Minimum Model Multiply Normalization PReLU Permute Pipeline "
    "RMSNormalization RNN ReLU RepeatVector Rescaling Reshape Resizing ReversibleEmbedding STFTSpectrogram "
    "SeparableConv1D SeparableConv2D Sequential SlicingOpLambda Softmax SpectralNormalization StackedRNNCells "
    "StringLookup Subtract SyncBatchNormalization TFOpLambda TextVectorization ThresholdedReLU TimeDistributed "
    "UnitNormalization UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D"
)
"""Layers and models of Keras that draw nothing themselves; what they hold is looked at by itself."""


def subject(library: str, class_name: str, argument: str) -> str:
    """Return the full name of the subject of `noise_ops.subjects` that a place is; "" where there is none.

    Args:
      library: "keras" or "tf_keras".
      class_name: of the layer.
      argument: by which it draws noise.
    """
    if class_name == "MaskedGaussianNoise":
        return f"noise_ops.layers.{'keras3' if library == 'keras' else 'keras2'}.{class_name}"
    if class_name in _ELEMENTWISE:
        return f"{library}.layers.{class_name}"
    return f"{library}.layers.{class_name}({argument})" if class_name in (*GATES, *ATTENTION) else ""
