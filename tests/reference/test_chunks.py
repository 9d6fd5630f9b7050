"""chunks.py: a long draw is covered once, whatever runs it, and leaves the process as it was.

Witnesses: plain Python arithmetic for the slices, and TensorFlow's own draws for what threads compute.
"""

import math
import threading
from concurrent.futures import ThreadPoolExecutor

import numexpr
import numpy as np
import pytest
import tensorflow as tf

import noise_ops
from noise_ops.reference import chunks
from noise_ops.reference.chunks import CHUNK, for_each_chunk
from noise_ops.reference.variates import libm
from tests.reference._helpers import assert_same_bits

COUNT = 5 * CHUNK + 3


@pytest.fixture(params=[1, 2, 4], ids="on {} cores".format)
def cores(request, monkeypatch):
    """The number of cores that this process is told it may use."""
    monkeypatch.setattr(chunks, "available_cores", lambda: request.param)
    return request.param


@pytest.fixture
def numexpr_threads():
    """The thread count of numexpr, set to 2 for the test: 1 is what the chunks set meanwhile."""
    before = numexpr.set_num_threads(2)
    yield 2
    numexpr.set_num_threads(before)


@pytest.mark.parametrize("count", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, COUNT])
def test_slices_cover_the_range_exactly_once(cores, count):
    visits = np.zeros(count, int)

    def visit(piece):
        visits[piece] += 1

    for_each_chunk(count, visit)
    assert (visits == 1).all()


def test_slices_start_on_block_boundaries(cores):
    starts = []
    for_each_chunk(COUNT, lambda piece: starts.append(piece.start))
    assert sorted(starts) == list(range(0, COUNT, CHUNK))
    assert CHUNK % 4 == 0  # four words a Philox block


def test_an_exception_in_any_piece_reaches_the_caller(cores):
    def fail_at_the_end(piece):
        if piece.stop == COUNT:
            raise ArithmeticError("in the last piece")

    with pytest.raises(ArithmeticError, match="in the last piece"):
        for_each_chunk(COUNT, fail_at_the_end)


def test_overflow_and_nan_are_no_warnings_in_a_piece(cores):
    # pytest turns warnings into errors here.
    for_each_chunk(COUNT, lambda piece: np.float32(3e38) * np.full(2, 10, np.float32) - np.float32(np.inf))


def test_several_cores_run_pieces_side_by_side(monkeypatch):
    monkeypatch.setattr(chunks, "available_cores", lambda: 2)
    both_are_here = threading.Barrier(2, timeout=30)  # broken, and so an error, if one piece waits for the other
    for_each_chunk(2 * CHUNK, lambda piece: both_are_here.wait())


def test_numexpr_thread_count_is_restored(cores, numexpr_threads):
    for_each_chunk(COUNT, lambda piece: None)
    assert numexpr.get_num_threads() == numexpr_threads


def test_numexpr_thread_count_is_restored_after_an_exception(cores, numexpr_threads):
    with pytest.raises(ZeroDivisionError):
        for_each_chunk(COUNT, lambda piece: 1 // 0)
    assert numexpr.get_num_threads() == numexpr_threads


def test_numexpr_thread_count_is_restored_when_callers_overlap(monkeypatch, numexpr_threads):
    monkeypatch.setattr(chunks, "available_cores", lambda: 2)
    first_is_in, second_is_in, first_is_out = (threading.Event() for _ in range(3))

    def first(piece):
        first_is_in.set()
        second_is_in.wait(30)

    def second(piece):
        second_is_in.set()
        first_is_out.wait(30)

    # The first caller leaves while the second is inside: each must put back what neither of them set.
    with ThreadPoolExecutor(2) as pool:
        a = pool.submit(for_each_chunk, 2 * CHUNK, first)
        first_is_in.wait(30)
        b = pool.submit(for_each_chunk, 2 * CHUNK, second)
        a.result(60)
        first_is_out.set()
        b.result(60)
    assert numexpr.get_num_threads() == numexpr_threads


def test_threads_do_not_read_each_others_operands(numexpr_threads):
    # A compiled numexpr expression keeps its operands in itself: where two threads share one, a call now and then
    # works on the other's array.
    numexpr.set_num_threads(1)
    operands = [np.full(2**16, k, np.float32) for k in range(2, 10)]

    def is_own(call):
        x = operands[call % 8]
        return np.allclose(libm("log", x), math.log(x[0]))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(is_own, range(2000)))


def test_four_long_draws_at_once_get_their_own_bits():
    x = np.zeros(2 * CHUNK + 5, np.float32)
    witness = [tf.random.stateless_normal(x.shape, (seed, 0)).numpy() for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        predicted = list(pool.map(lambda seed: noise_ops.gaussian_noise(x, 1.0, seed=seed), range(8)))
    for ours, theirs in zip(predicted, witness, strict=True):
        assert_same_bits(ours, theirs + np.float32(0))  # the layer adds its mean, which turns -0 into +0
