"""tf.random.*: the words, uniforms and normals under every noise layer, one stage of the pipeline at a time.

Every bit follows from the seed, in a first call and a later one, in a small input and a large one:
    predicted_stream, predicted_words, large_tensor_predicted, later_calls_predicted.
A seed gives its noise again, and no other seed gives it:
    same_seed_same_noise, neighbouring_seeds_differ, distant_seeds_differ, every_bit_of_a_seed_counts.
Calls, traces, elements and replicas each have noise of their own:
    new_call_new_noise, many_calls_new_noise.
A draw has the shape and dtype that it was asked for, and normals are never twice the same:
    shape_and_dtype_kept, fine_grained.
Uniforms fill [0, 1) evenly, normals are normal, and both are independent:
    mask_density, lattice_density, mean_preservation, noise_variance, noise_is_normal, neighbours_independent,
    lags_independent, calls_independent, evenly_spread.
Plain tests of scipy.stats, on the layer and on the reference, agree:
    density_by_binomtest, mean_by_ttest, variance_by_chi2, normality_by_kstest, uniformity_by_kstest,
    neighbours_by_binomtest, lags_by_binomtest, calls_by_binomtest, evenness_by_chisquare.
There is as much noise as documented in any case, at every place, in every call and every stretch:
    amount_of_noise, every_place_is_noisy, every_call_is_noisy, every_stretch_is_noisy.
No piece of the noise is a copy of another, in a call or between calls, seeds and replicas:
    large_call_never_repeats, large_call_varies_everywhere, calls_never_repeat, seeds_never_repeat.
"""

from noise_ops.checks.specification import property_tests
from noise_ops.subjects.catalog import functions_for

globals().update(property_tests(functions_for(["uniform", "normal"])))
