"""Crew of a Ray cluster: sides are its tasks, GPUs its resources, and it does all else itself.

Ray decides where a side runs, starts processes there, sends side and outcome, and runs a side again
whose process or node died. All nodes see sources, outputs and models under the same paths, and have
the same version of Runout and the same processors, or last bits may differ.

References:
    Moritz et al., "Ray: A Distributed Framework for Emerging AI Applications", OSDI 2018.
"""

import socket
import time
from typing import Any

from engine.errors import DeviceError
from engine.jobs.crew import News
from engine.jobs.run_side import run_side
from engine.jobs.side import STOPPED, Outcome, Side
from engine.memory import give_back

RETRIES = 2
"""How often Ray runs a side again whose process or node died."""
COUNTED_EVERY_S = 5.0
CONNECTED_WITHIN_S = 5.0
AUTO = "auto"
_THREADS = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""A side has one core; processes read this when they start, before Runout is loaded in them."""


class ClusterCrew:
    """Sides as tasks of a Ray cluster, one for each GPU or core at once.

    Args:
        address: of the head, `host:port`; `auto` is the cluster that this computer belongs to.
        on_gpu: whether a side takes a GPU where nodes have any; it takes a core otherwise.

    Raises:
        DeviceError: Ray is not installed, or there is no cluster.
    """

    attempts = 1

    def __init__(self, address: str = AUTO, on_gpu: bool = False) -> None:
        self._address, self._on_gpu = address, on_gpu
        self._ray: Any = None
        self._task: Any = None
        self._running: dict[Any, int] = {}
        self._is_stopping = False
        self._size, self._counted_s = 1, 0.0
        self._connect()

    @property
    def size(self) -> int:
        """How many sides can run at once; nodes may come and go."""
        now = time.monotonic()
        if self._ray is not None and now - self._counted_s > COUNTED_EVERY_S:
            found = self._ray.cluster_resources()
            self._size = max(1, int(found.get("GPU" if self._on_gpu else "CPU", 0)))
            self._counted_s = now
        return self._size

    def start(self, number: int, side: Side) -> None:
        """Hand a side over."""
        self._connect()
        self._running[self._task.remote(side)] = number

    def wait(self, timeout_s: float) -> list[News]:
        """Which side has ended."""
        if not self._running:
            time.sleep(timeout_s)
            return []
        ready, _ = self._ray.wait(list(self._running), num_returns=1, timeout=timeout_s)
        return [self._ended(each) for each in ready]

    def stop(self) -> None:
        """End the processes that work on a side."""
        self._is_stopping = True
        for each in self._running:
            self._ray.cancel(each, force=True)

    def close(self) -> None:
        """Leave the cluster, which goes on for others."""
        self._running.clear()
        self._is_stopping = False
        if self._ray is not None:
            self._ray.shutdown()
            self._ray = None

    def _ended(self, reference: Any) -> News:
        number = self._running.pop(reference)
        try:
            return News(number, 1.0, self._ray.get(reference))
        except self._ray.exceptions.RayError as error:
            if self._is_stopping:
                return News(number, 1.0, Outcome(STOPPED))
            return News(number, lost=f"was lost by Ray ({type(error).__name__}) with all retries")

    def _connect(self) -> None:
        if self._ray is not None:
            return
        try:
            import ray  # a part of its own: runout[cluster]
        except ImportError as error:
            raise DeviceError(
                "--cluster needs Ray, which is missing; "
                "install it with `pip install runout[cluster]`"
            ) from error
        try:
            _knock(self._address)
            ray.init(
                address=self._address,
                log_to_driver=False,
                logging_level="ERROR",
                runtime_env={"env_vars": _THREADS},
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise DeviceError(
                f"there is no Ray cluster at {self._address}; "
                "start one with `ray start --head`, as packaging/cluster.md tells"
            ) from error
        self._on_gpu = self._on_gpu and ray.cluster_resources().get("GPU", 0) >= 1
        resource = {"num_gpus": 1} if self._on_gpu else {"num_cpus": 1}
        self._task = ray.remote(max_retries=RETRIES, **resource)(_work)
        self._ray = ray


def _knock(address: str) -> None:
    """See that somebody listens there: Ray itself would wait for minutes.

    Raises:
        OSError: nobody does.
        ValueError: it is no address.
    """
    if address != AUTO:
        host, _, port = address.removeprefix("ray://").rpartition(":")
        socket.create_connection((host, int(port)), CONNECTED_WITHIN_S).close()


def _work(side: Side) -> Outcome:
    """What a process of the cluster does with a side."""
    outcome = run_side(side)
    give_back()
    return outcome
