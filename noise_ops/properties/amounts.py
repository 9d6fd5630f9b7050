"""Whether there is as much noise as asked: in any case, at any place, in any stretch."""

from __future__ import annotations

from noise_ops.properties.declaring import ALL, OTHERS, Question

QUESTIONS = (
    Question("amount_of_noise", "every_pair", dtypes=ALL, modes=OTHERS, code="mask-density"),
    Question("every_place_is_noisy", "small", unless=("stateless",), modes=("function", "xla"), code="evenness"),
    Question("every_call_is_noisy", "small", unless=("stateless",), modes=("function", "xla"), code="evenness"),
    Question("every_stretch_is_noisy", "large", modes=("function",), code="evenness"),
)
