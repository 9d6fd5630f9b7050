"""Runs the gallery: each file of entries in an environment of its own, and writes what came of it.

    python examples/gallery/run.py of_keras_cv of_tfimm     # or none, for all
    python examples/gallery/run.py of_keras_cv:RandomFlip   # one entry anew, beside what came of the others
    python examples/gallery/run.py --environments FOLDER    # where the environments are kept

An entry is a factory and a law, as `noise_ops.testing.check_layer` takes them, and sometimes options. Beside what an
entry names, nothing is said of a layer: every property that applies is asked. `results/` has a JSON file of each file
of entries; RESULTS.md has them all, for people.
"""

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results"
SHOWN = ("tensorflow", "keras", "tf_keras")
UNITS = 2**19
"""Units of a sample where an entry names none: an eighth of the default, since sixty layers wait."""


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="files of entries, such as of_keras_cv (default: all)")
    parser.add_argument("--environments", type=Path, default=HERE / ".environments", metavar="FOLDER")
    parser.add_argument(
        "--here", action="store_true", help=argparse.SUPPRESS
    )  # in the environment, as this runs itself
    options = parser.parse_args()
    if options.here:
        written(*options.names[0].partition(":")[::2])
        return
    environments = tomllib.loads((HERE / "environments.toml").read_text())
    wanted = options.names or [name for each in environments.values() for name in each["entries"]]
    for name, environment in environments.items():
        for entries in (each for each in wanted if each.partition(":")[0] in environment["entries"]):
            python = made(options.environments / name, environment)
            variables = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
            subprocess.run([python, __file__, "--here", entries], env=variables, check=True)
    (HERE / "RESULTS.md").write_text(told())


def made(folder: Path, environment: dict[str, list[str]]) -> Path:
    """Return the Python of an environment, which is made if it is not there."""
    python = folder / "bin" / "python"
    if python.exists():
        return python
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("run.py: the environments are made with uv, which is not on PATH.")
    own = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    subprocess.run([uv, "venv", "--python", environment["python"], folder], check=True)
    install = [uv, "pip", "install", "--python", python]
    subprocess.run([*install, *environment["requirements"], *own], check=True)
    subprocess.run([*install, "--no-deps", *environment["alone"]], check=True)
    return python


def written(name: str, only: str = "") -> None:
    """Hold each entry of a file, or one, to its law, and write what came of it."""
    from importlib import metadata

    from noise_ops.testing import LayerError, check_layer

    sys.path.insert(0, str(HERE))
    module = importlib.import_module(name)
    path = RESULTS / f"{name}.json"
    layers = json.loads(path.read_text())["layers"] if only else {}
    for entry, (factory, law, *options) in module.ENTRIES.items():
        if only and entry != only:
            continue
        started = time.perf_counter()
        try:
            report = check_layer(factory, law, on_fail="report", **{"units": UNITS, **(options[0] if options else {})})
        except LayerError as error:
            layers[entry] = {"law": repr(law), "error": str(error)}
        except Exception as error:  # noqa: BLE001 - of noise_ops itself, after which the others are asked
            layers[entry] = {"law": repr(law), "error": f"noise_ops raised {type(error).__name__}: {error}"}
        else:
            outcomes = {each.property: [each.outcome, each.message] for each in report.outcomes}
            layers[entry] = {"law": repr(law), "outcomes": outcomes}
        layers[entry]["seconds"] = round(time.perf_counter() - started, 1)
        failed = [each for each, (outcome, _) in layers[entry].get("outcomes", {}).items() if outcome == "failed"]
        print(f"{name} {entry}: {layers[entry].get('error') or ', '.join(failed) or 'keeps its law'}", flush=True)
    known = {each: metadata.version(each) for each in SHOWN if found(each)}
    layers = {entry: layers[entry] for entry in module.ENTRIES if entry in layers}
    text = json.dumps({"what": module.__doc__, "versions": known, "layers": layers}, indent=1)
    RESULTS.mkdir(exist_ok=True)
    path.write_text(text + "\n")


def found(name: str) -> bool:
    """Return whether a distribution is installed."""
    from importlib import metadata

    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def told() -> str:
    """Return all results, as Markdown."""
    lines = [
        "# What came of the gallery",
        "",
        "Written by `run.py`: what each layer breaks, of all that was asked. That a property fails is no defect yet:",
        "which are, with a script that shows each, is in [docs/findings](../../docs/findings/README.md).",
        "",
    ]
    for path in sorted(RESULTS.glob("*.json")):
        result = json.loads(path.read_text())
        versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
        lines += [f"## {result['what'].strip()}", "", f"`{path.stem}.py`, with {versions}", ""]
        for name, layer in result["layers"].items():
            if "error" in layer:
                lines += [f"- **{name}** could not be asked: {layer['error']}"]
                continue
            of = {kind: [each for each, (outcome, _) in layer["outcomes"].items() if outcome == kind] for kind in KINDS}
            lines += [f"- **{name}**, `{layer['law']}`: " + ", ".join(f"{len(of[kind])} {kind}" for kind in KINDS)]
            lines += [f"  - `{each}`: {layer['outcomes'][each][1]}" for each in of["failed"]]
        lines += [""]
    return "\n".join(lines)


KINDS = ("passed", "failed", "skipped")

if __name__ == "__main__":
    main()
