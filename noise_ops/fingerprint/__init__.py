"""The record as data: what a release does, as facts, read from a file that is not believed.

facts.py       a fingerprint in memory: an environment, and facts about the layers in it
schema.py      the file, read strictly and without TensorFlow
superseded.py  what early recordings asked in another way, left out when they are read
counts.py      recorded counts of noise, held against the documented law
side.py        a fingerprint with the name that a user gave it
shipped.py     the fingerprints of released versions in releases/, which tools/record_releases.py makes
"""
