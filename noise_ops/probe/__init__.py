"""Records what noise a TensorFlow and its Keras draw, and what they accept, as facts in one JSON file.

This room travels, with properties and subjects: copied beside any TensorFlow from 2.4 on they need Python 3.8, the
standard library, NumPy and TensorFlow, and import nothing else of noise_ops but its errors.
`noise_ops.environments.travelling` makes such a copy.

__main__.py    the program, `python FOLDER -o FILE`
steps.py       every observation of every subject, in order
worker.py      a process that makes observations and tells each at once
child.py       a worker as its parent sees it
recorder.py    hands out subjects to workers, survives their crashes and hangs
writing.py     the format, and the file, whole or not at all

A fingerprint holds observations, not judgements. `facts[subject][dtype/mode][property]` is a string, an integer, a
boolean, a list of these, or an object of integers and lists of integers. Whatever raises is a fact as well:
"raises ValueError: ...", and what kills or hangs its process is "crashes: ..." or "hangs". Nothing in the file depends
on time, paths, memory addresses, the number of threads, or the process: recorded twice, it is the same file.
"""
