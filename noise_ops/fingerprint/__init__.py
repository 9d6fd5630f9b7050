"""What a release does, as facts that another release can be held against.

probe.py       runs inside any TensorFlow from 2.4 on and writes a fingerprint (imports nothing of noise_ops)
schema.py      reads one without TensorFlow, and believes nothing in it
releases/      fingerprints of released versions, made by tools/record_releases.py; shipped.py finds and reads them
properties.py  what each recorded fact is: a stream, a law, a contract; counts.py judges counts against the law
rules.py       which seed rule predicts a stream; seed_rules.json keeps the answers (tools/name_seed_rules.py)
changes.py     two values of one fact, judged; codes.py says what each kind of change means
compare.py     two fingerprints, compared and grouped (data: comparison.py; words: wording.py, scripts.py)
history.py     over all releases: where a property changed
expected.py    changes that a project expects, with reason and expiry
"""
