"""What is seen, never whether that is right: one function a property, by the themes of `noise_ops.properties`.

streams.py      bits at fixed seeds, mode by mode
words.py        full-range integers, which lie under every stream
seeds.py        what a seed determines
generators.py   seeds that TensorFlow and Keras derive, and the states of their generators
calls.py        whose noise is the same: successive calls, traces, loops, maps, pipelines
outputs.py      what one call makes of its input
gradients.py    what the backward pass makes of the noise
masks.py        which elements are dropped together
limits.py       ends of rates and of inputs
laws.py         how much noise there is, in exact counts
contracts.py    what layers accept, raise and keep
attributes.py   what a layer does whose rate or stddev is changed
round_trips.py  what a rebuilt layer still knows
recurrent.py    layers with several time steps and gates
"""
