"""The layers and ops under test, and every way to run them; with the probe, the only TensorFlow here.

cases.py        what a subject is called with (no TensorFlow)
libraries.py    which of TensorFlow, Keras 3 and tf_keras are here, and how they are loaded
modes.py        eager, tf.function, XLA, fit, predict, replicas, rebuilt from config or file
surroundings.py what a layer may be called inside: loops, maps, a pipeline
subject.py      what every subject can do
running.py      what a subject is asked beside a mode's own calls
tensors.py      arrays into tensors and back
broken.py       what no check can look at: a layer that raises, or returns no floats of the promised shape
layers.py       the Keras layers as subjects
functions.py    TensorFlow's own dropouts and draws as subjects
witnesses.py    single stages of the pipeline, as TensorFlow computes them
catalog.py      the list of all subjects
gathering.py    cases that share a run, and what they gave
targets.py      a subject in a dtype and mode, which is what a property is asked of
settings.py     the user's settings: what a check pins, and what it can only name
environment.py  what is installed, what spoils a run, what is skipped
"""
