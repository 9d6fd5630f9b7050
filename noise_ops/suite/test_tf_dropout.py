"""tf.nn.dropout and tf.nn.experimental.stateless_dropout: the two functions every dropout layer calls.

Every bit follows from the seed, in a first call and a later one, in a small input and a large one:
    predicted_stream, boundary_kept, large_tensor_predicted, later_calls_predicted.
A seed gives its noise again, and no other seed gives it:
    same_seed_same_noise, neighbouring_seeds_differ, distant_seeds_differ, every_bit_of_a_seed_counts.
Calls, traces, elements and replicas each have noise of their own:
    new_call_new_noise, many_calls_new_noise.
An output is 0 or x / (1 - rate), in the shape and dtype of x:
    shape_and_dtype_kept, input_untouched, support_and_scale.
The gradient is the factor of the noise that the forward pass drew:
    gradient_is_noise_factor, every_gradient_is_noise_factor, recomputation_keeps_mask.
Which elements are dropped depends on the seed alone; along the axes of noise_shape they are dropped together:
    mask_independent_of_input, non_finite_dropped, noise_shape_broadcasts.
Of n units rate * n are dropped but for chance, evenly and independently; mean and variance follow:
    mask_density, lattice_density, mean_preservation, noise_variance, neighbours_independent, lags_independent,
    calls_independent, evenly_spread.
Plain tests of scipy.stats, on the layer and on the reference, agree:
    density_by_binomtest, neighbours_by_binomtest, lags_by_binomtest, calls_by_binomtest, evenness_by_chisquare.
There is as much noise as documented in any case, at every place, in every call and every stretch:
    amount_of_noise, every_place_is_noisy, every_call_is_noisy, every_stretch_is_noisy.
No piece of the noise is a copy of another, in a call or between calls, seeds and replicas:
    large_call_never_repeats, large_call_varies_everywhere, calls_never_repeat, seeds_never_repeat.
At rate 0 nothing changes, beyond 0 and 1 the rate is refused:
    rate_zero_is_identity, bad_rate_rejected.
"""

from noise_ops.checks.specification import property_tests
from noise_ops.subjects.catalog import functions_for

globals().update(property_tests(functions_for(["dropout"])))
