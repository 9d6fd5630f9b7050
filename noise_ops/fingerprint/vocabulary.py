"""What the properties of a fingerprint say: their meaning, how bad a change of one is, what a right layer shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from noise_ops.findings import Stage, Verdict


@dataclass(frozen=True)
class Property:
    """What is observed under a name.

    Attributes:
      name: the first word of a fact's property; what follows is its argument.
      change: the verdict when two releases differ in it, and nothing else says more.
      stage: the stage of the pipeline that such a change lies in, if the property alone tells.
      sentence: what the value says.
      documented: the values that a layer shows which keeps its documentation; empty if none is the right one.
    """

    name: str
    change: Verdict
    stage: Stage | None
    sentence: str
    documented: frozenset[str] = frozenset()


def _property(
    name: str, change: Verdict, stage: Stage | None, sentence: str, documented: tuple[str, ...] = ()
) -> Property:
    return Property(name, change, stage, sentence, frozenset(documented))


_STREAM, _CONTRACT, _LAW = Verdict.STREAM_CHANGED, Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED
_ALL_DIFFER = ("a", "ab", "abc", "abcd")

PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            _property("observed", Verdict.CANNOT_TELL, None, "What ended the observation of a subject."),
            # Seeds and bits.
            _property("seed_state", _STREAM, Stage.SEED, "State of a seed generator, as it is made and used."),
            _property("derived_seeds", _STREAM, Stage.SEED, "Seeds that TensorFlow derives from a given one."),
            _property("words_stream", _STREAM, Stage.BITS, "Digests of full-range integer draws, call by call."),
            _property("words_head", _STREAM, Stage.BITS, "First words of a full-range integer draw, in hex."),
            # Streams: which stage moved is seen by holding them against the reference.
            _property("stream", _STREAM, None, "Digests of the outputs of successive calls."),
            _property("head", _STREAM, None, "Raw words of the first units of the first output, in hex."),
            _property("mask", _STREAM, None, "Digest of the packed mask of zeros of the first output."),
            _property("unseeded_stream", _STREAM, Stage.SEED, "Digests of two calls of each of two unseeded layers."),
            _property("mode_draws_eager_stream", _STREAM, None, "What the first output shares with the eager one."),
            _property(
                "mask_over_time", _LAW, Stage.LAYER, "Labels of the masks of three time steps.", ("aaa", "no noise")
            ),
            _property("gate_masks", _LAW, Stage.LAYER, "Labels of the masks of a recurrent layer's gates."),
            # The law: counts, and exact properties of every layer.
            _property("mask_density", _LAW, Stage.OP, "How many units are dropped, of how many."),
            _property("noise_is_normal", _LAW, Stage.VARIATE, "Sums of powers, tails and distinct values of noise."),
            _property("noise_is_uniform", _LAW, Stage.VARIATE, "Counts of uniforms by sixteenths of [0, 1)."),
            _property("same_seed_same_noise", _CONTRACT, Stage.SEED, "Two new layers of one seed agree.", ("yes",)),
            _property("new_call_new_noise", _LAW, Stage.SEED, "Labels of calls, equal ones alike.", _ALL_DIFFER),
            _property("replicas_draw_apart", _LAW, Stage.SEED, "Labels, replica by replica, of two calls.", ("abcd",)),
            _property(
                "unseeded_layers_differ",
                _LAW,
                Stage.SEED,
                "Labels of two calls each of two unseeded layers.",
                ("abcd",),
            ),
            _property(
                "neighbouring_seeds_differ",
                _LAW,
                Stage.SEED,
                "Labels of two calls each of seeds s and s + 1.",
                ("abcd",),
            ),
            _property(
                "distant_seeds_differ",
                _CONTRACT,
                Stage.SEED,
                "Labels of seeds s, s + 2**31 - 2, s + 2**31 - 1, s + 2**32; - where one is refused.",
                ("abcd", "a---"),
            ),
            _property(
                "identity_at_inference", _LAW, Stage.LAYER, "What is made of an input outside training.", ("identity",)
            ),
            _property(
                "non_finite_dropped",
                _LAW,
                Stage.OP,
                "What becomes of nan and infinity where they are dropped.",
                ("nan becomes finite, inf becomes finite, -inf becomes finite",),
            ),
            _property(
                "support_and_scale",
                _LAW,
                Stage.OP,
                "Which values a dropout's outputs take.",
                ("0 or x / (1 - rate)", "0 or -0 or x / (1 - rate)", "0 or nearly x / (1 - rate)"),
            ),
            _property("scale_equivariant", _LAW, Stage.OP, "y(x) against x y(1).", ("x * y(1)", "nearly x * y(1)")),
            _property("noise_is_added", _LAW, Stage.OP, "y(x) against x + y(0).", ("x + y(0)", "nearly x + y(0)")),
            _property(
                "gradient_is_noise_factor",
                _LAW,
                Stage.OP,
                "The gradient against the factor of the forward pass.",
                ("noise factor", "noise factor, rounded"),
            ),
            _property(
                "recomputation_keeps_mask", _LAW, Stage.LAYER, "The noise under tf.recompute_grad.", ("same noise",)
            ),
            _property("noise_shape_broadcasts", _LAW, Stage.OP, "The axes along which the mask is constant."),
            # The contract.
            _property("accepts", _CONTRACT, Stage.LAYER, "What an argument or an input leads to."),
            _property("signature", _CONTRACT, Stage.LAYER, "Arguments with their defaults."),
            _property("config", _CONTRACT, Stage.LAYER, "Entries of a layer's config."),
            _property("variables", _CONTRACT, Stage.LAYER, "How many weights and variables a layer keeps."),
            _property("variable_names", _CONTRACT, Stage.LAYER, "Names of the variables that a layer keeps."),
            _property(
                "changed_attribute",
                _CONTRACT,
                Stage.LAYER,
                "What follows a rate or stddev that is changed after a layer was traced.",
            ),
            _property("seeded_by", _CONTRACT, Stage.SEED, "What determines the noise of an unseeded layer."),
            _property("shape_and_dtype_kept", _CONTRACT, Stage.LAYER, "Dtype and shape of the output.", ("kept",)),
            _property("input_untouched", _CONTRACT, Stage.LAYER, "Whether a call changes its input.", ("untouched",)),
            _property("rate_zero_is_identity", _CONTRACT, Stage.OP, "What is left without noise.", ("identity",)),
            _property(
                "explicit_training_wins", _CONTRACT, Stage.LAYER, "training=True in a model, in predict.", ("noise",)
            ),
            _property("policy_kept", _CONTRACT, Stage.LAYER, "Compute dtype of a rebuilt layer.", ("bfloat16",)),
            _property("noise_shape_kept", _CONTRACT, Stage.LAYER, "Whether rebuilding keeps it.", ("kept",)),
            _property("data_format_kept", _CONTRACT, Stage.LAYER, "Whether rebuilding keeps it.", ("kept",)),
            _property(
                "reload_restarts_stream",
                _CONTRACT,
                Stage.SEED,
                "Where the noise of a layer goes on that was called twice, saved and loaded.",
            ),
        )
    }
)
"""Every property that the probe records or that follows from what it records, by name."""

_OTHER = Property("", Verdict.CANNOT_TELL, None, "A property that this version of noise_ops does not know.")


def meaning(property_name: str) -> Property:
    """Return what a fact's property means; one of an unknown property is such that no verdict follows from it."""
    return PROPERTIES.get(property_name.partition(" ")[0], _OTHER)
