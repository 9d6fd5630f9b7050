"""Makes noise_ops/predictions/seed_rules.json again: predicts every stream that a shipped release drew.

    python tools/name_seed_rules.py [--check]

Takes a minute or two and no TensorFlow. With --check nothing is written; the exit code is 1 if the file would change.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from noise_ops.fingerprint import schema
from noise_ops.fingerprint.facts import Fact
from noise_ops.predictions import explainer, outputs

RELEASES = Path(schema.__file__).with_name("releases")
TABLE = Path(explainer.__file__).with_name("seed_rules.json")


def streams() -> dict[str, tuple[Fact, bool]]:
    """Return the first fact of each recorded stream or mask by its key, and whether its subject was given a seed."""
    met: dict[str, tuple[Fact, bool]] = {}
    for path in sorted(RELEASES.glob("*.json")):
        fingerprint = schema.read(path)
        for fact in fingerprint.facts():
            wanted = ("mask",) if "(" in fact.subject else explainer.STREAMS
            if fact.property in wanted and not fact.raised and fact.value != "not reproducible":
                seeded = explainer.takes_seed(fact.subject, fingerprint.recorded[fact.subject])
                met.setdefault(explainer.key(fact.mode, str(fact.value)), (fact, seeded))
    return met


def named() -> dict[str, list[str]]:
    """Return the explanations of every recorded stream as text."""
    table = {}
    for key, (fact, seeded) in sorted(streams().items()):
        found = outputs.explanations(*fact.key, str(fact.value), seeded=seeded)
        table[key] = sorted(map(str, found))
    return table


def main() -> int:
    """Write or check the table; return 0, or 1 if it is out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, say whether the table is up to date")
    options = parser.parse_args()
    table = named()
    text = "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in table.items()) + "\n}\n"
    known = sum(map(bool, table.values()))
    print(f"{known} of {len(table)} streams and masks are explained.")
    if options.check:
        return int(TABLE.read_text(encoding="ascii") != text)
    TABLE.write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
