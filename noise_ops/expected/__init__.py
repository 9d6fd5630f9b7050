"""Findings that a team has decided to live with, with a reason and a last day: read, and held against what was found.

An entry about an upgrade names the versions of both sides, and `compare` reads it; one about what is installed names
those of one side, and `check` and `audit` do. What reads entries of its own asks `file.read` for them,
`Expected.concerns` which of them speak of it, and `sorting.sorted_out` what becomes of each.

file.py       the file that keeps them
installed.py  the versions that are installed, of which they speak
sorting.py    what is expected of some findings, and what became of each entry
words.py      the sentences that tell of it
"""
