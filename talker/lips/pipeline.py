"""Stages that work at the same time and hand on their results in order, a few of them held."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def read_ahead(items: Generator[Item], held: int, stage: str) -> Generator[Item]:
    """The items, made by a thread of their own while others are being used.

    Closing this closes `items` and ends the thread.

    Args:
        items: Asked for one after the other.
        held: Items that are ready or being made at a time.
        stage: Name of the thread.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix=stage)
    under_way: deque[Future[list[Item]]] = deque()
    try:
        # A list of none marks the end, as no item can.
        under_way.extend(pool.submit(_next, items) for _ in range(held))
        while found := under_way.popleft().result():
            under_way.append(pool.submit(_next, items))
            yield found[0]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        items.close()


def in_order(
    items: Generator[Item], work: Callable[[Item], Result], threads: int, stage: str
) -> Generator[Result]:
    """Results in the order of the items, a few of which are worked on at the same time.

    Closing this closes `items` and ends the threads.

    Args:
        items: Asked for by the thread that asks for the results.
        work: Done on each by one of the threads.
        threads: At least 1.
        stage: Name of the threads.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix=stage)
    under_way: deque[Future[Result]] = deque()
    try:
        under_way.extend(pool.submit(work, item) for item in islice(items, threads + 1))
        while under_way:
            yield under_way.popleft().result()
            under_way.extend(pool.submit(work, item) for item in islice(items, 1))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        items.close()


def batches(items: Generator[Item], size: int) -> Generator[list[Item]]:
    """The items, so many at a time; of the last ones, what is left.

    Closing this closes `items`.
    """
    with closing(items):
        while batch := list(islice(items, size)):
            yield batch


def _next(items: Generator[Item]) -> list[Item]:
    return list(islice(items, 1))
