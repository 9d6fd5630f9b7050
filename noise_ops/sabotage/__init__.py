"""The proof that the suite can fail: real layers, broken one at a time, and the suite run on each.

mutant.py      what is broken under which layer, and what must catch it
outcome.py     how mutants ended: the kill matrix
seams.py       where a real layer can be opened
positions.py   draws moved about, for the wounds below
masking.py     a dropout taken apart, for them
drawing.py     a normal draw taken apart, for them
masks.py       wounds of the dropouts: scale, rate, mask
uniforms.py    wounds of the uniforms under the other masks, and of tf.random
gaussians.py   wounds of the normals
mask_patterns.py      wounds of the pattern of a mask over positions, calls and seeds
gaussian_patterns.py  wounds of the shape and the pattern of the normals
repetitions.py  wounds that make one piece of the noise a copy of another
alphas.py      wounds of AlphaDropout's constants
behaviours.py  wounds of a layer's own methods: training, gradient, dtype, config, limits
contracts.py   wounds of configs, and of the limits of a rate
seeds.py       wounds of the seeds
op_seeds.py    wounds of the op seeds of tf_keras
returns.py     wounds of what a call gives back: constants, other shapes, no floats, exceptions
strikes.py     wounds that strike at times or places: a condition and an effect
renumbering.py seeds and numbers of calls put wrongly together
ends.py        wounds at the far ends of a call's axes
throws.py      random mutants, each known by its number
catalog.py     which layer has which wounds
own/           layers as users write them, broken and right
selftest.py    runs the suite on all of them
"""
