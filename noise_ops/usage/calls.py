"""Where a file names something that draws noise, and with which arguments it is called."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import PurePath
from typing import Any

from noise_ops.subjects.inputs import DTYPES, MIXED
from noise_ops.usage.bindings import Module, Project, choices, is_getattr, text_of
from noise_ops.usage.conditions import BY_ARGUMENTS
from noise_ops.usage.libraries import NOISE_ARGUMENTS, Names, canonical, is_inside, loads_layers
from noise_ops.usage.outside import OTHERS, is_unknown
from noise_ops.usage.used import ANYTHING, UNKNOWN, Doubt, Used, Why

ARGUMENTS = frozenset(name for _, names in BY_ARGUMENTS.values() for name in names)
"""Arguments that a fact may be about."""

_OF_TWO_SEEDS = ("stateless", "Generator", "set_seed")
"""Parts of the names of functions whose seed is no argument of the kind that layers take, or is their state."""


_LOOKING = ("dir", "hasattr", "id", "isinstance", "print", "repr", "str", "type")
"""Functions that use nothing of a module which they are given."""

_LONGEST = 60
"""Characters of a place's source that are told."""


class Reading:
    """Reads one file of a project.

    Args:
      project: all files.
      module: the file.
      names: what names of TensorFlow and Keras mean.
    """

    def __init__(self, project: Project, module: Module, names: Names) -> None:
        self.project = project
        self.module = module
        self.names = names
        self.doubts: dict[str, Doubt] = {}
        self._rebuilding: set[int] = set()
        self._aliased = {id(part) for _, value in module.aliases for part in choices(value)}

    def uses(self) -> Iterator[Used]:
        """Yield what the file uses, and note what cannot be resolved."""
        for label, tree in self.module.source.pieces if self._says_something() else ():
            left: list[ast.AST] = [tree]
            while left:  # not by recursion, which a deep tree would end
                node = left.pop()
                if isinstance(node, ast.Call):
                    yield from self._call(node, label)
                    inside = [*self._inside(node.func, label), *node.args, *(each.value for each in node.keywords)]
                elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
                    if id(node) not in self._aliased:
                        yield from self._named(node, label)
                    inside = [*self._inside(node, label)]
                else:
                    if isinstance(node, ast.FunctionDef) and node.name == "from_config":
                        self._rebuilding.update(map(id, ast.walk(node)))
                    inside = [*ast.iter_child_nodes(node)]
                left += reversed(inside)
        for name in sorted(self.module.blurred):
            self._note(Doubt(f"{self.module.bound.get(name, '')} {name} of many meanings", Why.UNRESOLVED))

    def _says_something(self) -> bool:
        """Return whether the file has a name of TensorFlow or Keras, or a word that may be one: most files have not."""
        if self.module.stars or any(map(is_inside, chain.from_iterable(self.module.names.values()))):
            return True
        words = (*self.names.classes, *self.names.functions, "import_module", "__import__")
        return any(word.encode() in self.module.source.text for word in words)

    def _inside(self, node: ast.expr, label: str) -> Iterable[ast.AST]:
        """Return what of an expression is still to be read, and note where it may be noise and is not known."""
        paths = self.project.paths(self.module, node)
        if not isinstance(node, ast.Attribute | ast.Name):
            return ast.iter_child_nodes(node) if paths else [node]
        looks = any(map(self._may_be_noise, paths)) or (not paths and self._looks_like_noise(node))
        if looks:
            called = {path.rpartition(".")[2] for path in paths} or {ast.unparse(node).rpartition(".")[2]}
            self._doubt(node, label, tuple(sorted({each for name in called for each in self.names.called(name)})))
        return [] if paths else ast.iter_child_nodes(node)

    def _looks_like_noise(self, node: ast.Attribute | ast.Name) -> bool:
        """Return whether a name that stands for nothing known is that of a layer or function."""
        if isinstance(node, ast.Name):
            return node.id in self.names.classes - self.module.own
        before = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
        if before in self.module.own or f".{node.attr}" in self.module.bound:
            return False
        return node.attr in self.names.classes or f"{before}.{node.attr}" in self.names.functions

    def _may_be_noise(self, path: str) -> bool:
        """Return whether a path into some other package has the name of a layer or function, which it may hand on."""
        parts = path.split(".")
        if is_inside(path) or parts[0] in OTHERS or self.project.is_read(path):
            return False
        return parts[-1] in self.names.classes or ".".join(parts[-2:]) in self.names.functions

    def _doubt(
        self,
        node: ast.expr,
        label: str,
        may_be: tuple[str, ...] = ANYTHING,
        why: Why = Why.UNRESOLVED,
        loads: str = "",
    ) -> None:
        try:
            source = ast.unparse(node)
        except RecursionError:
            source = "an expression that is nested deeply"
        cut = source if len(source) <= _LONGEST else f"{source[: _LONGEST - 3]}..."
        self._note(Doubt(f"{label}{node.lineno} {cut}", why, may_be, loads))

    def _note(self, doubt: Doubt) -> None:
        self.doubts.setdefault(doubt.place, doubt)

    def _named(self, node: ast.expr, label: str) -> Iterator[Used]:
        for path in sorted(self.project.paths(self.module, node)):
            written, subjects = self.names.meant(path)
            yield from (Used(each, written, where=(f"{label}{node.lineno}",)) for each in subjects)

    def _call(self, node: ast.Call, label: str) -> Iterator[Used]:
        if held := self._handed(node):
            self._doubt(node, label, tuple(sorted({each for base in held for each in self.names.below(base)})))
        elif self.project.imports(self.module, node) and not _is_told(node.args[:1]):
            self._doubt(node, label)
        for layer in _made_as_layers(node):
            if any(map(self._is_of_unknown, self.project.paths(self.module, layer.func))):
                self._doubt(layer.func, label, why=Why.OUTSIDE)
        for path in sorted(self.project.paths(self.module, node.func)):
            # What a config holds was made where it was made, or is in doubt where it is loaded.
            if loads_layers(path) and id(node) not in self._rebuilding:
                self._doubt(node, label, loads=PurePath(text_of(node.args[:1])).name)
            yield from self._called(path, node, f"{label}{node.lineno}")
        if id(node) not in self._aliased:
            yield from self._named(node, label)  # getattr(layers, "Dropout")

    def _handed(self, node: ast.Call) -> list[str]:
        """Return the modules of subjects of which a call may use anything: it asks by a name, or is given one whole."""
        if is_getattr(node):
            bases = set() if text_of(node.args[1:2]) else self.project.paths(self.module, node.args[0])
            return [base for base in bases if self.names.holds_subjects(base)]
        if isinstance(node.func, ast.Name) and node.func.id in _LOOKING:
            return []
        given = [
            each for each in (*node.args, *(k.value for k in node.keywords)) if _root(each) in self.module.imported
        ]
        paths = {path for each in given for path in self.project.paths(self.module, each)}
        return [path for path in paths if self.names.is_module_of_subjects(path)]

    def _is_of_unknown(self, path: str) -> bool:
        """Return whether a path is that of a class of a package that is not there to be read and may hold layers."""
        return path.rpartition(".")[2][:1].isupper() and is_unknown(path) and not self.project.is_read(path)

    def _called(self, path: str, node: ast.Call, where: str) -> Iterator[Used]:
        written, subjects = self.names.meant(path)
        given = self._given(node, written)
        whole = (canonical(path) or "").rpartition(".")[2] == written.rpartition(".")[2]
        if not subjects:
            yield from self._by_argument(path, node, where)
        for subject in subjects:
            told = given if whole and not any(part in subject for part in _OF_TWO_SEEDS) else None
            variant = subject.rstrip(")").partition("(")[2]
            if variant and told is not None and _is_none(told.get(variant)):
                continue  # without the argument it draws no noise
            dtype, policy = self._dtype(told)
            yield Used(subject, written, dtype, _kept(told), policy, (where,))

    def _by_argument(self, path: str, node: ast.Call, where: str) -> Iterator[Used]:
        for keyword in node.keywords:
            if keyword.arg in NOISE_ARGUMENTS and not _is_none(literal(keyword.value)):
                for name in self.names.makes_noise_by_argument(path):
                    yield Used(f"{name}({keyword.arg})", canonical(path) or path, where=(where,))

    def _given(self, node: ast.Call, written: str) -> dict[str, Any] | None:
        """Return the arguments of a call by name; None where not all of them can be told."""
        parameters = self.names.parameters(written)
        starred = any(isinstance(each, ast.Starred) for each in node.args)
        if starred or len(node.args) > len(parameters) or any(keyword.arg is None for keyword in node.keywords):
            return None
        given = dict(zip(parameters, node.args, strict=False))
        given.update({str(keyword.arg): keyword.value for keyword in node.keywords})
        return {name: self._dtype_name(value) if name == "dtype" else literal(value) for name, value in given.items()}

    def _dtype_name(self, node: ast.expr) -> Any:
        names = {path.rpartition(".")[2] for path in self.project.paths(self.module, node)}
        return names.pop() if len(names) == 1 else literal(node)

    def _dtype(self, given: dict[str, Any] | None) -> tuple[str | None, bool | None]:
        return computed(given.get("dtype")) if given else (None, None)


def _root(node: ast.expr) -> str:
    """Return the name that a path such as `keras.layers` begins with; "" of any other expression."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _made_as_layers(node: ast.Call) -> Iterator[ast.Call]:
    """Yield the calls within a call that make layers: of `Layer()(x)`, `Sequential([Layer()])`, `add(Layer())`."""
    if isinstance(node.func, ast.Call):
        yield node.func
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("Sequential", "add") and node.args:
        made = node.args[0].elts if isinstance(node.args[0], ast.List | ast.Tuple) else node.args[:1]
        yield from (each for each in made if isinstance(each, ast.Call))


def _is_told(name: Sequence[ast.expr]) -> bool:
    """Return whether the name of a module is told, or so much of it that it is none of TensorFlow or Keras."""
    parts = name[0].values if name and isinstance(name[0], ast.JoinedStr) else []
    start = text_of(parts[:1])
    return bool(text_of(name)) or ("." in start and not is_inside(start))


def computed(dtype: Any) -> tuple[str | None, bool | None]:
    """Return the compute dtype that a dtype or policy names, and whether it is a policy of mixed precision."""
    if not isinstance(dtype, str):
        return None, None
    return (MIXED[dtype], True) if dtype in MIXED else (dtype, False) if dtype in DTYPES else (None, None)


def _kept(given: dict[str, Any] | None) -> tuple[tuple[str, Any], ...] | None:
    return None if given is None else tuple(sorted((n, v) for n, v in given.items() if n in ARGUMENTS))


def _is_none(value: Any) -> bool:
    """Return whether a rate means no noise: it is not given, None, or 0."""
    return value is None or (value is not UNKNOWN and value == 0)


def literal(node: ast.expr) -> Any:
    """Return the value of an expression of constants; `UNKNOWN` of any other."""
    try:
        return hashable(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def hashable(value: Any) -> Any:
    """Return a value of those that arguments of layers have, lists as tuples; `UNKNOWN` of any other."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return tuple(map(hashable, value))
    return value if value is None or isinstance(value, bool | int | float | str) else UNKNOWN
