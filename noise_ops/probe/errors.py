"""The one error of the probe, which ends a recording before there is anything to write."""


class CannotRecordError(Exception):
    """There is nothing to record; the message says why in one sentence."""
