"""The layers and functions that draw noise, each described once: for records, for checks, and for all that names them.

This room travels, with the probe: beside any TensorFlow from 2.4 on it needs Python 3.8, the standard library, NumPy
and TensorFlow, and imports nothing else of noise_ops but its errors. A new layer of a known kind is one entry, and is
recorded, compared and explained; whether checks ask it follows from the trait `checked` of its kind.

inputs.py       seeds, rates and shapes that a reader of a record must know; imports nothing
classes.py      which layers and ops there are, as data: a new layer is one entry here
values.py       arrays as facts: digests, words, labels
texts.py        what was raised and given, as one line
versions.py     versions as numbers
keras_json.py   the user's file of Keras, and the backend that it sets
libraries.py    which of TensorFlow, Keras 3 and tf_keras are here, and how they are loaded
importing.py    what a user names as module:name
settings.py     what the user has set that may change what they do
pinning.py      those of the settings that a check pins, and those that it can only name
environment.py  what a record was made with
seeding.py      every source of randomness, put into a known state
tensors.py      arrays into tensors and back; functions traced and compiled

subject.py      what every subject is, and can do
layers.py       elementwise, spatial and weighted layers of Keras, and the one of noise_ops
recurrent.py    recurrent layers, whose weights show one gate at a time
attention.py    attention layers, whose weights show their mask
functions.py    functions of tf.nn and tf.random
keras_random.py functions of keras.random
catalog.py      the list of all, of those that are recorded, and of those that checks ask

cases.py        what a check calls a subject with (no TensorFlow)
models.py       models of layers: functional, trained, saved and loaded; and replicas
whole.py        a whole model of a user's own, trained a step and asked without training
modes.py        eager, tf.function, XLA, fit, predict, replicas, rebuilt from config or file: several cases in one run
surroundings.py what a layer may be called inside: loops, maps, a pipeline
broken.py       what no check can look at: a layer that raises, or returns no floats of the promised shape
running.py      what a subject is asked beside a mode's own calls
gathering.py    cases that share a run, and what they gave
targets.py      a subject in a dtype and mode, which is what a property is asked of
"""
