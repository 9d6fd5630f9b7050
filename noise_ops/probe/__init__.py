"""Records what noise a TensorFlow and its Keras draw, and what they accept, as facts in one JSON file.

This room travels: copied beside any TensorFlow from 2.4 on it needs Python 3.8, the standard library, NumPy and
TensorFlow, and imports nothing else of noise_ops. `noise_ops.environments.travelling` makes such a copy.

__main__.py    the program, `python FOLDER -o FILE`
inputs.py      seeds, rates and shapes that a reader of a fingerprint must know
errors.py      the one error, which ends a recording before there is anything to write
values.py      arrays as facts: digests, words, labels
texts.py       what was raised and given, as one line
versions.py    versions as numbers
keras_json.py  the user's file of Keras, and the backend that it sets
libraries.py   TensorFlow, Keras and tf_keras as they are installed
settings.py    what the user has set that may change what they do
environment.py what a record was made with
seeding.py     every source of randomness, put into a known state
tensors.py     dtypes and values of tensors, and compiled functions
subjects/      what is observed, and how each is made and called
models.py      models of one layer: functional, trained, saved and loaded
modes.py       the ways to run a subject
new_layers.py  outputs of new layers that several observations compare with
observations/  one function a property: what is seen, never whether that is right
steps/         every observation of every subject, in order
worker.py      a process that makes observations and tells each at once
child.py       a worker as its parent sees it
recorder.py    hands out subjects to workers, survives their crashes and hangs
writing.py     the format, and the file, whole or not at all

A fingerprint holds observations, not judgements. `facts[subject][dtype/mode][property]` is a string, an integer, a
boolean, a list of these, or an object of integers and lists of integers. Whatever raises is a fact as well:
"raises ValueError: ...", and what kills or hangs its process is "crashes: ..." or "hangs". Nothing in the file depends
on time, paths, memory addresses, the number of threads, or the process: recorded twice, it is the same file.
"""
