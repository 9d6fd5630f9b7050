"""The version, in a file that imports nothing: reports name it, and the package, which they must not import, has it."""

__version__ = "0.1.0"
