"""What the names of a file stand for: imports and assignments, followed through all files that are read together.

A name is taken to mean everything that it is bound to anywhere in its file: which of several it is at some place, in
which function, cannot be told without running it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from noise_ops.usage.files import Source
from noise_ops.usage.libraries import is_inside

MOST = 64
"""Meanings of one name that are followed; names of more are said to be not resolved."""

_DEEPEST = 16
"""Parts of the longest path that is followed."""

_IMPORTING = ("importlib.import_module", "__import__")


class Import(NamedTuple):
    """An import: where it stands, the path of the module, as it is written, and the names that are imported from it."""

    where: str
    path: str
    written: str
    names: tuple[str, ...] = ()


@dataclass
class Module:
    """A file, with what its names are bound to.

    Attributes:
      source: the file.
      names: the paths that each name may stand for, imports and assignments followed. An attribute, as of
        `self.layers = keras.layers`, is a name that begins with a dot, whatever it is an attribute of.
      own: names of the functions and classes that are defined here.
      stars: the modules whose names all are imported.
      imports: every import, wherever in the file it stands.
      aliases: what names are bound to: an expression, or a module and the name in it.
      bound: where each name is bound first.
      imported: names that are imported each by itself, and so not with a whole module.
      loaded: names that are used, here or by another file.
      blurred: names of too many meanings.
    """

    source: Source
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    own: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    aliases: list[tuple[str, ast.expr | tuple[str, str]]] = field(default_factory=list)
    bound: dict[str, str] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    blurred: set[str] = field(default_factory=set)

    @property
    def package(self) -> tuple[str, ...]:
        """The parts of the package that it is in."""
        return self.source.path[:-1]

    @property
    def path(self) -> tuple[str, ...]:
        """The parts of its own path as a module."""
        return _as_module(self.source.path)


class Project:
    """All files that are read together; `paths` says what an expression may stand for.

    Args:
      sources: the files.
      unread: the parts of the paths of those that could not be read.
    """

    def __init__(self, sources: Iterable[Source], unread: Iterable[Sequence[str]] = ()) -> None:
        self.modules = [_bound(Module(source)) for source in sources]
        self._by_path: dict[str, list[Module]] = defaultdict(list)
        self._packages: set[str] = set()
        for module in self.modules:
            for path in _paths(module.path):
                self._by_path[path].append(module)
                parts = path.split(".")
                self._packages.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
        self._unread = {path for file in unread for path in _paths(_as_module(file))}
        self._follow()

    def _follow(self) -> None:
        """Follow assignments until no name gets another meaning."""
        changed = True
        while changed:
            changed = False
            for module in self.modules:
                for name, value in module.aliases:
                    for path in self._below(*value) if isinstance(value, tuple) else self.paths(module, value):
                        changed |= _add(module, name, path)

    def paths(self, module: Module, node: object) -> set[str]:
        """Return the paths that an expression of a module may stand for; none where that cannot be told."""
        if isinstance(node, ast.Name):
            module.loaded.add(node.id)
            return self._named(module, node.id, set())
        if isinstance(node, ast.Attribute):
            return self._of_attributes(module, node)
        if isinstance(node, ast.IfExp | ast.BoolOp | ast.NamedExpr):
            return {path for each in choices(node) if each is not node for path in self.paths(module, each)}
        if isinstance(node, ast.Call):
            return self._called(module, node)
        return set()

    def _of_attributes(self, module: Module, node: ast.AST) -> set[str]:
        names: list[str] = []
        while isinstance(node, ast.Attribute) and len(names) < _DEEPEST:
            names.insert(0, node.attr)
            node = node.value
        found = self.paths(module, node)
        for name in names:
            found = {each for base in found for each in self._below(base, name)}
            if not found:
                module.loaded.add(f".{name}")
                found = set(module.names.get(f".{name}", ()))
        return found

    def _called(self, module: Module, node: ast.Call) -> set[str]:
        """Return what `getattr` and `import_module` return where they are given a text."""
        if (name := text_of(node.args[1:2])) and is_getattr(node):
            return {each for base in self.paths(module, node.args[0]) for each in self._below(base, name)}
        if (name := text_of(node.args[:1])) and self.imports(module, node):
            return {name} if not name.startswith(".") else set()
        return set()

    def imports(self, module: Module, node: ast.Call) -> bool:
        """Return whether a call imports a module by a name."""
        if isinstance(node.func, ast.Name) and node.func.id == "__import__":
            return True
        return not self.paths(module, node.func).isdisjoint(_IMPORTING)

    def _named(self, module: Module, name: str, asked: set[tuple[int, str]]) -> set[str]:
        """Return what a name of a module stands for, looked up in what it imports whole if need be."""
        key = (id(module), name)
        if key in asked:
            return set()
        asked.add(key)
        found = set(module.names.get(name, ()))
        # Not by whether something was found so far, or the order of files would count.
        if name not in module.own and name not in module.imported:
            for star in module.stars:
                found |= self._below(star, name, asked)
        return found

    def _below(self, base: str, name: str, asked: set[tuple[int, str]] | None = None) -> set[str]:
        """Return what a name stands for below a path: in another file what it is bound to there."""
        path = f"{base}.{name}" if base else name
        if is_inside(base) or base not in self._packages:
            parts = path.split(".")
            return {path} if len(parts) <= _DEEPEST and parts.count(name) == 1 else set()  # x = x.layers would not end
        found = {path} if path in self._packages else set()
        for module in self._by_path.get(base, ()):
            module.loaded.add(name)
            found |= self._named(module, name, set() if asked is None else asked)
            found |= {path} if name in module.own else set()
        return found

    def is_there(self, path: str) -> bool:
        """Return whether a module is one of the files, read or not, or a folder of them."""
        return path in self._packages or path in self._unread

    def is_package(self, path: str) -> bool:
        """Return whether a path is that of a folder with an `__init__.py`."""
        return any(module.source.path[-1].startswith("__init__.") for module in self._by_path.get(path, ()))

    def is_read(self, path: str) -> bool:
        """Return whether a path leads into one of the files, whose own classes are no library's."""
        parts = path.split(".")
        return any(".".join(parts[:end]) in self._packages for end in range(1, len(parts) + 1))


def _as_module(file: Sequence[str]) -> tuple[str, ...]:
    *package, last = file
    name = last.rpartition(".")[0]
    return (*package,) if name == "__init__" else (*package, name)


def _paths(parts: Sequence[str]) -> list[str]:
    """Return the paths by which a module may be imported: the folder that Python starts from is not known."""
    return [".".join(parts[start:]) for start in range(len(parts))]


def _add(module: Module, name: str, path: str) -> bool:
    known = module.names[name]
    if path in known:
        return False
    if len(known) >= MOST:
        module.blurred.add(name)
        return False
    known.add(path)
    return True


def choices(node: object) -> Iterator[object]:
    """Yield an expression, and the expressions within, one of which it is."""
    left = [node]
    while left:
        one = left.pop()
        if isinstance(one, ast.IfExp):
            left += [one.body, one.orelse]
        elif isinstance(one, ast.BoolOp):
            left += one.values
        elif isinstance(one, ast.NamedExpr):
            left.append(one.value)
        elif one is not node:
            yield one
    yield node


def is_getattr(node: ast.Call) -> bool:
    """Return whether a call is `getattr(value, name)`, with or without a default."""
    return isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1


def text_of(nodes: Sequence[ast.expr]) -> str:
    """Return the text that one expression is; "" if it is none."""
    value = nodes[0].value if nodes and isinstance(nodes[0], ast.Constant) else None
    return value if isinstance(value, str) else ""


def _bound(module: Module) -> Module:
    """Note what a module's statements bind, wherever in the file they stand."""
    # Within expressions only := binds a name, and to look into all of them takes longer than to parse them.
    nodes = ast.walk if b":=" in module.source.text else _statements
    for label, tree in module.source.pieces:
        for node in nodes(tree):
            if isinstance(node, ast.Import):
                _import(module, node, f"{label}{node.lineno}")
            elif isinstance(node, ast.ImportFrom):
                _import_from(module, node, f"{label}{node.lineno}")
            elif isinstance(node, ast.ClassDef):
                module.own.add(node.name)
            else:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    module.own.add(node.name)
                for target, value in _assigned(node):
                    _assign(module, target, value, f"{label}{value.lineno}")
    return module


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements of a tree, those within others included."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inside = getattr(node, name, None)
            left += inside if isinstance(inside, list) else ()


def _import(module: Module, node: ast.Import, where: str) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        module.imports.append(Import(where, alias.name, alias.name))
        module.names[name].add(alias.name if alias.asname else name)
        module.imported.add(name)
        module.bound.setdefault(name, where)


def _import_from(module: Module, node: ast.ImportFrom, where: str) -> None:
    origin = _absolute(module, node)
    names = tuple(alias.name for alias in node.names)
    module.imports.append(Import(where, origin, "." * node.level + (node.module or ""), names))
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(origin)
        else:
            name = alias.asname or alias.name
            module.aliases.append((name, (origin, alias.name)))
            module.imported.add(name)
            module.bound.setdefault(name, where)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    """Return the module that is imported from, a relative one below the folder that is read."""
    if not node.level:
        return node.module or ""
    package = module.package[: len(module.package) - node.level + 1]
    return ".".join((*package, *([node.module] if node.module else [])))


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target of an assignment with the value that it gets, so far as they can be matched."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _matched(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        given = node.args
        parameters = [*given.posonlyargs, *given.args]
        defaults = zip(parameters[len(parameters) - len(given.defaults) :], given.defaults, strict=True)
        for parameter, default in (*defaults, *zip(given.kwonlyargs, given.kw_defaults, strict=True)):
            if default is not None:
                yield ast.Name(parameter.arg, ast.Store()), default


def _matched(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        if len(target.elts) == len(value.elts):
            for each, its in zip(target.elts, value.elts, strict=True):
                yield from _matched(each, its)
    else:
        yield target, value


def _assign(module: Module, target: ast.expr, value: ast.expr, where: str) -> None:
    name = target.id if isinstance(target, ast.Name) else f".{target.attr}" if isinstance(target, ast.Attribute) else ""
    if name:
        module.bound.setdefault(name, where)
        by_text = isinstance(value, ast.Call) and bool(text_of(value.args[:1]) or text_of(value.args[1:2]))
        if by_text or isinstance(value, ast.Name | ast.Attribute | ast.NamedExpr | ast.IfExp | ast.BoolOp):
            module.aliases.append((name, value))
