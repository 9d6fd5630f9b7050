"""From what a user names to a record of it: requirements are installed, and a Python is run.

interpreters.py  Pythons: the one that a path means, what it is and has
processes.py     programs that are watched, held to a time, and gone with all their children
requirements.py  what a user asks to be installed, checked before anything is run
machines.py      Pythons and platforms that pins are read for
pins.py          those of a requirements file
travelling.py    the rooms that are copied beside a TensorFlow, as a folder or as one file
recording.py     the probe run in an interpreter
installing.py    virtual environments for requirements, kept or thrown away
required.py      what requirements install, as sides: recorded already, or made and recorded
batch.py         several requirements, a file each, here or on the workers of a cluster
sides.py         from what a user names to a side of a comparison
"""
