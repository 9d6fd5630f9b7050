"""What a release does, as facts that another release can be held against.

A fingerprint is made
probe.py          runs inside any TensorFlow from 2.4 on and writes a fingerprint (imports nothing of noise_ops)
recording.py      runs the probe in an interpreter (interpreters.py, as a process of processes.py)
environments.py   installs what a user asks for (requirements.py), to be recorded

and read
schema.py         reads one without TensorFlow, and believes nothing in it (facts.py: what it becomes)
vocabulary.py     what each recorded property says; properties.py how a change of it is judged, counts.py by which law
releases/         fingerprints of released versions, made by tools/record_releases.py; shipped.py finds and reads them
sides.py          from what a user names to a side of a comparison

and held against another
explainer.py      which seed rule (rules.py) predicts a stream; seed_rules.json keeps the answers for what is shipped,
                  predictions.py makes them (plans.py: where each rule starts; tools/name_seed_rules.py)
changes.py        two values of one fact, judged; noise_ops/codes.py says what each kind of change means
                  (streams.py, roundings.py: one noise or another; signatures.py, configs.py: item by item)
compare.py        two fingerprints, compared and grouped (data: comparison.py; words: wording.py, deltas.py)
scripts.py        a program that shows a change (script_parts.py, script_modes.py: how a layer is made and run;
                  script_shows.py, script_contracts.py: what is printed of each property)
later.py          whether what a release broke is mended in a later one
expected.py       changes that a project expects, with reason and expiry
history.py        over all releases: where a property changed (chart.py: as a chart; breaks.py: what was broken)
"""
