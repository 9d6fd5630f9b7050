"""`noise-ops record` and `probe`: the fingerprint of a TensorFlow, and the program that writes one elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from noise_ops.cli.options import add_layer
from noise_ops.cli.parsing import RUNS
from noise_ops.cli.terminal import progress, put, say
from noise_ops.errors import UserError
from noise_ops.files import require_writable, write_whole


def add_to(commands: Any) -> None:
    """Add the commands."""
    _add_record(commands)
    _add_probe(commands)


def _add_record(commands: Any) -> None:
    record = commands.add_parser(
        "record",
        help="write down what the installed TensorFlow does, for compare",
        description="Writes the fingerprint of an installed TensorFlow; or of requirements, such as keras==3.7.0 or "
        "'tensorflow==2.16.2 keras==3.7.0', each installed in an environment of its own.",
    )
    record.add_argument("requirements", nargs="*", metavar="REQUIREMENTS", help="what to install and record")
    record.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="PATH",
        help="file to write (default: the screen); of requirements, folder in which each has a file",
    )
    record.add_argument(
        "--python", type=Path, metavar="PATH", help="the Python, or virtual environment, that has the TensorFlow"
    )
    add_layer(record)
    record.add_argument("--mode", action="append", default=[], metavar="MODE", help="only this mode; repeatable")
    several = record.add_argument_group("of requirements")
    several.add_argument("--environments", type=Path, metavar="FOLDER", help="keep them there, to be used again")
    several.add_argument("--force", action="store_true", help="record again what the folder has a whole file of")
    several.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="record them on the workers of this Dask scheduler, such as tcp://10.0.0.1:8786; "
        "local: on this machine, a worker a core",
    )
    record.run_by(
        _record,
        RUNS,
        "noise-ops record --python other/.venv --layer Dropout --mode eager -o other.json",
        "noise-ops record 'tensorflow==2.16.2 keras==3.7.1' keras==3.6.0 --dask local -o records",
    )


def _add_probe(commands: Any) -> None:
    probe = commands.add_parser(
        "probe",
        help="write the program that records as one file, for a machine without noise_ops",
        description="Writes the program that records as one file. Beside any TensorFlow from 2.4 on, with Python 3.8 "
        "and no noise_ops, `python FILE -o FINGERPRINT` writes a fingerprint, which compare reads.",
    )
    probe.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="such as probe.pyz")
    probe.run_by(_probe, RUNS, "noise-ops probe -o probe.pyz", "python probe.pyz -o mine.json  # on the other machine")


def _record(options: argparse.Namespace) -> int:
    from noise_ops.environments import recording

    if options.requirements:
        return _record_requirements(options)
    for name in ("environments", "force", "dask"):
        if getattr(options, name):
            raise UserError(f"--{name} belongs to requirements, such as keras==3.7.0, and there are none.")
    require_writable(options.output)
    narrowed = recording.narrowed(options.layer, options.mode)
    with progress() as show:
        narrowed["progress"] = show
        text = recording.recorded(options.python, **narrowed)
    if options.output is None:
        put(text)
    else:
        write_whole(options.output, text)
    return 0


def _record_requirements(options: argparse.Namespace) -> int:
    from noise_ops.environments import batch, recording

    folder = _folder(options)
    narrowed = recording.narrowed(options.layer, options.mode)
    files = batch.files(options.requirements, folder or Path())
    left = []
    for one in (batch.Recording(text, narrowed) for text in files):
        if folder is None or options.force or not batch.is_whole(files[one.requirements], one):
            left.append(one)
        else:
            print(f"{one.requirements}: kept, {files[one.requirements]} is whole")
    done = failed = 0
    try:
        with progress() as shown:
            for one, outcome in batch.each(left, options.environments, dask=options.dask, progress=shown):
                shown("")
                if outcome.problem is not None:
                    say(f"noise-ops: {outcome.problem}")
                    failed += 1
                elif folder is None:
                    put(outcome.get())
                else:
                    folder.mkdir(exist_ok=True)
                    write_whole(files[one.requirements], outcome.get())
                    done += 1
                    print(f"{one.requirements}: recorded in {files[one.requirements]}", flush=True)
    except KeyboardInterrupt:
        raise UserError(f"interrupted: {done} of {len(left)} were recorded; the same command does the rest.") from None
    return 2 if failed else 0


def _folder(options: argparse.Namespace) -> Path | None:
    """Return the folder for the records of requirements; None for the screen, which has room for one."""
    folder: Path | None = options.output
    if options.python is not None:
        raise UserError("--python names a Python that has its TensorFlow: it goes without requirements.")
    if folder is None:
        if len(options.requirements) > 1:
            raise UserError("several requirements have a file each: name a folder for them with -o FOLDER.")
    elif folder.suffix == ".json" or (folder.exists() and not folder.is_dir()):
        raise UserError(f"cannot write {folder}: of requirements, -o names a folder, in which each has a file.")
    elif not folder.is_dir():
        require_writable(folder)
    return folder


def _probe(options: argparse.Namespace) -> int:
    from noise_ops.environments import travelling

    require_writable(options.output)
    write_whole(options.output, travelling.zipped())
    return 0
