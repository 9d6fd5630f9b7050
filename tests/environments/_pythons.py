"""Pythons that are not as they should be."""


def script(path, lines):
    """A program of the shell."""
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return path


def with_packages(bare, folder, **modules):
    """A Python that sees modules of these sources, which are there to fail."""
    for name, source in modules.items():
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(source)
    return script(folder / "python", f'PYTHONPATH={folder} exec {bare}/bin/python "$@"')
