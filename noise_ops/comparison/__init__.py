"""Two records, judged: what changed, how bad it is, what to do, and what shows it.

compare.py           two fingerprints, compared and grouped
changes.py           two values of one fact, judged
amiss.py             what neither side does as documented, which is no change
documented.py        whether what was recorded is as documented
streams.py           two streams of one subject: what predicts each, and where they part
roundings.py         whether two outputs hold the same noise, rounded otherwise
signatures.py        what calls can no longer rely on
configs.py           configs of layers, entry by entry
coverage.py          what is compared, and what is not
narrowing.py         what of a comparison is about what is used
hidden.py            what may be hidden where it cannot be told what is used
unpinned.py          what requirements leave to pip, and records have of their own
unjudged.py          what is left open, as findings that cannot be told
siblings.py          what was not recorded of a subject, and what is seen of a sibling there
groups.py            what a comparison says, as data
deltas.py            what one change shows, in words that name no subject
wording.py           findings in words
briefly.py           findings in a few words: who is affected, and what is seen
later.py             whether what a release broke is mended in a later one
expected.py          findings that a team expects
scripts.py           programs that show a change with TensorFlow and NumPy alone
script_parts.py      how a subject is made and called in them
script_modes.py      how it is run
script_shows.py      what is printed of noise
script_contracts.py  what is printed of arguments, configs and files
"""
