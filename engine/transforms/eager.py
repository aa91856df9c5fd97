"""Methods that a compiled network steps out of its graph for."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
R = TypeVar("R")


def eager(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function run as it is, also where `torch.compile` compiles its caller.

    `torch.compiler.disable` does this, but loads the compiler when it decorates: here only a
    compiled network pays for it, which has loaded the compiler already.
    """
    outside: Callable[P, R] | None = None

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        nonlocal outside
        if not torch.compiler.is_compiling():
            return function(*args, **kwargs)
        if outside is None:
            outside = torch.compiler.disable(function)
        return outside(*args, **kwargs)

    return run
