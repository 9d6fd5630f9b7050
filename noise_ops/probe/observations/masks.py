"""Masks: which elements are dropped together."""

from __future__ import annotations

from noise_ops.probe.new_layers import first_call
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.values import Value, constant_axes


def mask_axes(subject: Subject) -> Value:
    """Name the axes along which the mask is constant."""
    return constant_axes(first_call(subject, kind="ones"))
