"""The proof that the suite can fail: real layers, broken one at a time, and the suite run on each.

mutant.py      what is broken under which layer, and what must catch it
outcome.py     how mutants ended: the kill matrix
seams.py       where a real layer can be opened
positions.py   draws moved about, for the wounds below
masks.py       wounds of the dropouts: scale, rate, mask
uniforms.py    wounds of the uniforms under the other masks, and of tf.random
gaussians.py   wounds of the normals
alphas.py      wounds of AlphaDropout's constants
behaviours.py  wounds of a layer's own methods: training, gradient, dtype, config, limits
seeds.py       wounds of the seeds
catalog.py     which layer has which wounds
selftest.py    runs the suite on all of them
"""
