"""The layers and ops under test, and every way to run them; with the probe, the only TensorFlow here.

cases.py        what a subject is called with (no TensorFlow)
libraries.py    which of TensorFlow, Keras 3 and tf_keras are here
modes.py        eager, tf.function, XLA, fit, predict, replicas, rebuilt from config or file
layers.py       the Keras layers as subjects
functions.py    the tf.* functions under them as subjects
catalog.py      the list of all subjects
"""
