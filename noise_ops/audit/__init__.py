"""A user's own model, read and not run: where it draws noise, and what is known to be amiss there.

kinds.py      which classes of Keras draw noise
factories.py  a model that a function of the user's makes
hdf5.py       HDF5 files, read in a process of their own
reading.py    from a file to the config that it holds, believing nothing
walking.py    from a config to whatever in it draws
place.py      one point at which noise is drawn
places.py     a model with its places, read from its file
telling.py    places in words
judgements.py what an audit comes to, as data
versions.py   by which Keras a model is judged
recorded.py   what the record of a release shows of a place's other arguments
rates.py      what is amiss with a place's rate, at its own dtype
initial.py    which initial weights start alike
seeds.py      what is amiss with the seeds of all places together
judging.py    the audit of a model
running.py    what is seen when it is run on the installed TensorFlow
"""
