"""A user's own model, read and not run: where it draws noise, and what is known to be amiss there.

kinds.py      which classes of Keras draw noise
reading.py    from a file to the config that it holds, believing nothing
walking.py    from a config to whatever in it draws
place.py      one point at which noise is drawn
places.py     a model with its places, read from its file
"""
