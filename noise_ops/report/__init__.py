"""Renderers: one a format over the same result; they know no statistics and no TensorFlow.

page.py           what every format knows how to show
of_check.py       the page of a check or a soak
of_comparison.py  the page of an upgrade
of_pins.py        the page of pins that do not change
of_layer.py       the page of a user's own layer
headline.py       its answer
advice.py         what to do about it
of_audit.py       the page of a user's own model
renderers.py      the formats of a page by name
screen.py         an upgrade on one screen
text.py           for a terminal or a log
markdown.py       for a pull request
html.py           for a browser: one file that needs nothing else
document.py       the shell of such a file, and texts in it
plots.py          figures in it, drawn
figures.py        figures of what was found, as numbers
colours.css       the colours of every such file
page.css          how a report looks
releases.css      how the picture of all releases looks
github.py         for a workflow on GitHub
junit.py          for build servers
json.py           for programs
of_bisection.py   the table of a bisection
of_releases.py    the table of shipped releases
picture.py        what every release changed, as one picture
kill_matrix.py    what caught each broken layer
explanation.py    what a code, a verdict, a property or a known deviation means
layout.py         lines and tables, laid out for a terminal
escaping.py       texts of unknown origin, made harmless
"""
