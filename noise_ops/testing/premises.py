"""What a property rests on: one mistake is told once, and of copies that are taken for draws nothing is told at all."""

from __future__ import annotations

from collections.abc import Sequence

from noise_ops.testing import calling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property, Seen
from noise_ops.testing.catalog import PROPERTIES
from noise_ops.testing.making import LayerError
from noise_ops.testing.subject import Subject

FIRST = "shape_and_dtype_kept"
"""The property that tells of a first call which gives nothing."""

_RESTED_ON = frozenset(name for prop in PROPERTIES.values() for name in prop.rests_on)


def ask(one: Subject, prop: Property, alpha: float, among: Sequence[str] = ()) -> Seen | None:
    """Return what asking a property gives, if what it rests on holds.

    Args:
      one: the layer.
      prop: the property.
      alpha: how often a statistical one may fail a right layer.
      among: names of all that are asked in this run, in their order.

    Raises:
      NotAskedError: if it does not apply, or another one tells what it would.
      BrokenError, calling.RaisedError, calling.NoArrayError: if it does not hold, or the first call gives nothing.
    """
    if prop.needs_call:
        try:
            first_call(one)
        except (BrokenError, calling.RaisedError, calling.NoArrayError) as error:
            if prop.name == teller(among or (prop.name,)):
                raise
            raise NotAskedError(f"its first call gives nothing: see {teller(among)}") from error
    for name in prop.rests_on:
        if is_broken(one, name, alpha):
            raise NotAskedError(f"{PROPERTIES[name].breach}, as {name} says")
    return _asked(one, prop)


def first_call(one: Subject) -> None:
    """Make the first call of a layer, which most properties look at.

    Raises:
      BrokenError, calling.RaisedError, calling.NoArrayError: if it raises, or nothing comes out.
      LayerError: if the layer wants another input.
    """
    x, y = calling.first(one.x()), one.outcome
    if x.size and not y.size:
        raise BrokenError("dtype", f"An input of shape {x.shape} gives an output of shape {y.shape}: it is empty.")
    if one.wants_ids:
        raise LayerError(f"of numbers of {x.dtype}, {one.name} computes in {y.dtype}: give inputs= of ids.")


def teller(among: Sequence[str]) -> str:
    """Return which of the properties that are asked tells of a layer which gives nothing."""
    calls = [name for name in among if PROPERTIES[name].needs_call]
    return FIRST if FIRST in calls else (calls or list(among))[0]


def is_broken(one: Subject, name: str, alpha: float) -> bool:
    """Return whether a layer breaks a property; one that cannot be asked it does not."""
    prop = PROPERTIES[name]
    if not prop.applies(one.law):
        return False
    try:
        seen = _asked(one, prop)
    except BrokenError:
        return True
    except Exception:  # noqa: BLE001 - which the property itself tells
        return False
    return seen is not None and seen.p_value <= alpha


def _asked(one: Subject, prop: Property) -> Seen | None:
    """Ask a property, once of those that others rest on."""
    if prop.name not in _RESTED_ON:
        return prop.ask(one)
    kept = one.kept.setdefault("asked", {})
    if prop.name not in kept:
        try:
            kept[prop.name] = prop.ask(one)
        except Exception as error:  # noqa: BLE001 - raised again whenever it is asked
            kept[prop.name] = error.with_traceback(None)  # whose frames would keep samples alive
    if isinstance(kept[prop.name], Exception):
        raise kept[prop.name]
    found: Seen | None = kept[prop.name]
    return found
