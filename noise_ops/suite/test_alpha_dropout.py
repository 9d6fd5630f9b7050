"""AlphaDropout: dropped units take SELU's saturation value; mean 0 and variance 1 are kept.

Every bit follows from the seed, in a first call and a later one, in a small input and a large one:
    predicted_stream, boundary_kept, large_tensor_predicted, later_calls_predicted.
A seed gives its noise again, and no other seed gives it:
    same_seed_same_noise, neighbouring_seeds_differ, distant_seeds_differ, every_bit_of_a_seed_counts.
Calls, traces, elements and replicas each have noise of their own:
    new_call_new_noise, new_trace_new_noise, many_calls_new_noise, distant_calls_differ, replicas_draw_apart.
Outside training the input passes; in training an output is a * alpha' + b or a * x + b:
    identity_at_inference, explicit_training_wins, shape_and_dtype_kept, input_untouched, two_point_support.
The gradient is the factor of the noise that the forward pass drew:
    gradient_is_noise_factor, every_gradient_is_noise_factor, recomputation_keeps_mask.
Which elements are dropped depends on the seed alone; along the axes of noise_shape they are dropped together:
    mask_independent_of_input, non_finite_dropped, noise_shape_broadcasts.
Of n units rate * n are dropped but for chance, evenly and independently; mean 0 and variance 1 stay:
    mask_density, moments_preserved, neighbours_independent, lags_independent, calls_independent,
    replicas_independent, evenly_spread.
Plain tests of scipy.stats, on the layer and on the reference, agree:
    density_by_binomtest, neighbours_by_binomtest, lags_by_binomtest, calls_by_binomtest, replicas_by_binomtest,
    evenness_by_chisquare.
There is as much noise as documented in any case, at every place, in every call and every stretch:
    amount_of_noise, every_place_is_noisy, every_call_is_noisy, every_stretch_is_noisy.
No piece of the noise is a copy of another, in a call or between calls, seeds and replicas:
    large_call_never_repeats, large_call_varies_everywhere, calls_never_repeat, looped_calls_never_repeat,
    seeds_never_repeat, replicas_never_repeat.
At rate 0 nothing changes, at rate 1 everything is dropped or the rate is refused, beyond them it is refused:
    rate_zero_is_identity, rate_one_is_rejected_or_works, bad_rate_rejected.
A layer rebuilt from its config or a file is the same layer:
    policy_kept, noise_shape_kept.
"""

from noise_ops.checks.specification import property_tests
from noise_ops.subjects.catalog import layers_for

globals().update(property_tests(layers_for(["alpha_dropout"])))
