"""Makes the shipped fingerprints again: installs each release, runs the probe in it, keeps what it wrote.

    python tools/record_releases.py [NAME ...] [--environments FOLDER] [--dask ADDRESS] [--check]

Names are those of the files, such as tensorflow-2.15.1 or keras-3.7.0; without any, all are made, which takes Python
3.8 to 3.11 (on PATH, or in the folders of pyenv and uv) and two minutes a release.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from noise_ops.cli.terminal import progress
from noise_ops.environments import batch
from noise_ops.environments.requirements import KERAS_TENSORFLOW
from noise_ops.errors import UserError
from noise_ops.files import write_whole
from noise_ops.fingerprint import facts, schema

RELEASES = Path(schema.__file__).with_name("releases")


@dataclass(frozen=True)
class Release:
    """A release to record.

    Attributes:
      name: of its file, without suffix.
      requirements: what is installed, as of `noise-ops upgrade`, which knows what each release needs besides.
      subjects: patterns of the subjects recorded; none for all.
    """

    name: str
    requirements: str
    subjects: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where it is shipped."""
        return RELEASES / f"{self.name}.json"


TENSORFLOW = {
    # The last patch of every minor release, and the Keras that was current when it came out. Up to 2.15, TensorFlow
    # pins its Keras itself; 2.4 and 2.5 bundle it. From 2.16 on pip brings the newest Keras of the day, so that "the
    # Keras it came with" is the last one published before the TensorFlow wheel was built, by the dates in the wheels.
    **dict.fromkeys(("2.4.4", "2.5.3", "2.6.5", "2.7.4", "2.8.4", "2.9.3", "2.10.1"), ""),
    **dict.fromkeys(("2.11.1", "2.12.1", "2.13.1", "2.14.1", "2.15.1"), ""),
    "2.16.2": "keras==3.4.1 tf_keras==2.16.0",  # 2024-06-26; Keras 2024-06-26
    "2.17.1": "keras==3.6.0 tf_keras==2.17.0",  # 2024-10-15; Keras 2024-10-03
    "2.18.1": "keras==3.9.0 tf_keras==2.18.0",  # 2025-03-08; Keras 2025-03-04
    "2.19.1": "keras==3.11.2 tf_keras==2.19.0",  # 2025-08-11; Keras 2025-08-11
    "2.20.0": "keras==3.11.1 tf_keras==2.20.1 numpy<2.4",  # 2025-08-07; Keras 2025-07-31
    "2.21.0": "keras==3.13.2 tf_keras==2.21.0 numpy<2.5",  # 2026-03-05; Keras 2026-01-30
}

KERAS = (
    # The last patch of every minor release.
    *("3.0.5", "3.1.1", "3.2.1", "3.3.3", "3.4.1", "3.5.0", "3.6.0", "3.7.0"),
    *("3.8.0", "3.9.2", "3.10.0", "3.11.3", "3.12.4", "3.13.2", "3.14.1", "3.15.1"),
)


def releases() -> Iterator[Release]:
    """Yield every release that is shipped."""
    for version, beside in TENSORFLOW.items():
        # tf_keras asks for the package tensorflow, and would bring it beside tensorflow-cpu.
        package = "tensorflow" if beside else "tensorflow-cpu"
        yield Release(f"tensorflow-{version}", f"{package}=={version} {beside}".strip())
    for version in KERAS:
        yield Release(f"keras-{version}", f"tensorflow-cpu=={KERAS_TENSORFLOW} keras=={version}", ("keras.*",))


def check(release: Release, text: str) -> str:
    """Return what differs between what is shipped and a fingerprint made again; "" if nothing does."""
    differing = facts.differences(schema.read(release.path), schema.parse(text.encode("ascii")))
    return f"{len(differing)} facts differ: {'; '.join(differing[:10])}" if differing else ""


def main() -> int:
    """Record or check releases; return 0, or 1 if one of them failed."""
    known = {release.name: release for release in releases()}
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="releases (default: all)")
    parser.add_argument("--environments", type=Path, metavar="FOLDER", help="keep the environments there (50 GB)")
    parser.add_argument("--dask", metavar="ADDRESS", help="of a scheduler whose workers record; local: this machine")
    parser.add_argument(
        "--check", action="store_true", help="write nothing: record with one thread, compare with what is shipped"
    )
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"there is no release {unknown[0]}; they are {', '.join(known)}")
    asked = {release.requirements: release for release in map(known.__getitem__, options.names or known)}
    recordings = [
        batch.Recording(text, {"subjects": release.subjects, "one_thread": options.check})
        for text, release in asked.items()
    ]
    failed = 0
    try:
        with progress() as show:
            for one, outcome in batch.each(recordings, options.environments, dask=options.dask, progress=show):
                release, problem = asked[one.requirements], str(outcome.problem or "")
                if not problem and options.check:
                    problem = check(release, outcome.get())
                elif not problem:
                    write_whole(release.path, outcome.get())
                failed += bool(problem)
                show("")
                print(f"{release.name}: {problem or ('identical' if options.check else 'recorded')}", flush=True)
    except UserError as error:  # of a cluster; what was done before is written
        sys.exit(str(error))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
