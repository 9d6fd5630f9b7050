"""Pages for tests of renderers: an upgrade that says everything, and texts of which nothing may take effect."""

from dataclasses import replace

from hypothesis import strategies as st

from noise_ops.findings import Verdict
from noise_ops.points import Point
from noise_ops.report.page import Entry, Figure, Page

ENTRY = Entry(
    verdict=Verdict.LAW_CHANGED,
    code="replicas",
    title="Replicas share their noise.",
    message="2.15.1: all draws differ; 2.16.2: 1 = 2 of 4 draws.",
    places=(
        ("keras.layers.Dropout", "float32", "mirrored"),
        ("keras.layers.Dropout", "float16", "mirrored"),
        ("tf.nn.dropout", "a", "b"),
    ),
    stage="seed",
    side="broke",
    kept="2.16.2 breaks what 2.15.1 kept",
    reason="Each replica has noise of its own.",
    remedy="Give each replica a seed; `noise-ops bisect` names the release.",
    reproduce="noise-ops compare 2.15.1 2.16.2 --layer keras.layers.Dropout",
    script="import tensorflow as tf\nif tf:\n    print(1)\n",
)
CONFIG = replace(ENTRY, verdict=Verdict.CONTRACT_CHANGED, code="config", title="The config has other entries.")
STREAM = replace(ENTRY, verdict=Verdict.STREAM_CHANGED, code="seed-rule", title="Another rule.", script="", stage="")
MENDED = replace(ENTRY, code="new-call", title="A second call repeats.", side="fixed")

PAGE = Page(
    title="2.15.1 → 2.16.2",
    setting=("noise_ops 0.1.0 · TensorFlow 2.15.1 → 2.16.2", "Differs as well: numpy 1 → 2"),
    question="Safe to merge?",
    answer="No: 1 change of the law of the noise.",
    verdict=Verdict.LAW_CHANGED,
    table=(("subject", "worst verdict", "findings"), ("keras.layers.Dropout", "law-changed", "replicas, config")),
    entries=(ENTRY, CONFIG, STREAM, MENDED),
    notes=("tf_keras is not compared.", "  in detail"),
)
SAME = replace(
    PAGE,
    answer="Yes: every bit is kept.",
    verdict=Verdict.IDENTICAL,
    table=(),
    entries=(),
    notes=(),
    stop="You can stop reading if you do not seed your layers.",
)


def with_entries(*entries):
    """The page with other entries."""
    return replace(PAGE, entries=entries)


def is_command(line):
    """Whether a workflow of GitHub would run a line (actions/runner, ActionCommand.cs)."""
    return line.lstrip().startswith("::") or "##[" in line


_FRAGMENTS = (
    *(
        "::stop-commands::x",
        "  ::error::",
        "##[add-mask]",
        "%0A::error::",
        "]]>",
        "<!--",
        "</details>",
        "<script>",
        "&lt;",
    ),
    *(
        "`",
        "```",
        "~~~",
        "``` ::",
        "|",
        "\\",
        "\\|",
        "*",
        "__",
        "~~",
        "$",
        "![a](b)",
        "[a]: b",
        "[^1]",
        "- ",
        "1. ",
        "#",
    ),
    *("@octocat", "#1", "a/b#2", "GH-3", "https://evil.example/a?b=@c#d", "www.evil.example", "a@b.example", ":tada:"),
    *(
        "\n",
        "\r\n",
        "\t",
        "    ",
        "---",
        "===",
        "\x00",
        "\x1b[2J",
        "\x9b",
        "\u202e",
        "\u2028",
        "\ufffe",
        "\ud800",
        "💥",
        "e",
    ),
)
hostile = st.lists(st.one_of(st.sampled_from(_FRAGMENTS), st.text(max_size=5)), max_size=6).map("".join)
"""Texts that mean something to Markdown, HTML, XML, a terminal or a workflow."""

_points = st.builds(Point, *[st.floats()] * 5, series=hostile)
_figures = st.builds(
    Figure, points=st.lists(_points, max_size=4).map(tuple), **dict.fromkeys(("title", "caption", "x", "y"), hostile)
)
_drawn = st.lists(_figures, max_size=2).map(tuple)
_lists = st.lists(hostile, max_size=3).map(tuple)
_places = st.lists(st.tuples(hostile, hostile, hostile), max_size=3).map(tuple)

hostile_entries = st.builds(
    Entry,
    verdict=st.sampled_from(Verdict),
    places=_places,
    side=st.sampled_from(["broke", "fixed", ""]),
    figures=_drawn,
    **dict.fromkeys(("code", "title", "message", "stage", "kept", "reason", "remedy", "reproduce", "script"), hostile),
)

hostile_pages = st.builds(
    Page,
    verdict=st.sampled_from(Verdict),
    setting=_lists,
    table=st.lists(st.tuples(hostile, hostile, hostile), max_size=12).map(tuple),
    entries=st.lists(hostile_entries, max_size=3).map(tuple),
    failures=_lists,
    notes=_lists,
    caveats=_lists,
    figures=_drawn,
    certificate=st.lists(st.tuples(hostile, hostile), max_size=3).map(tuple),
    **dict.fromkeys(("title", "question", "answer", "stop"), hostile),
)
