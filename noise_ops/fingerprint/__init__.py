"""What a release does, as facts that another release can be held against.

probe.py    runs inside any TensorFlow from 2.4 on and writes a fingerprint (imports nothing of noise_ops)
schema.py   reads one without TensorFlow, believes nothing in it, and says what each property means
releases/   fingerprints of released versions, made by tools/record_releases.py
"""
