"""A Ray cluster of two nodes on this computer; without Ray only what is said about that."""

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import DeviceError
from engine.export import ExportRequest
from engine.jobs.batch import Batch
from engine.jobs.batch_news import SideNews, SideState
from engine.jobs.cluster import ClusterCrew
from engine.jobs.run_side import run_side
from engine.jobs.side import Side
from engine.tasks.declick import Declick
from tests.signals import noise

HAS_RAY = importlib.util.find_spec("ray") is not None
RATE = 22050
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.skipif(HAS_RAY, reason="Ray is installed")
def test_without_ray_it_is_said_how_to_get_it():
    with pytest.raises(DeviceError, match=r"pip install runout\[cluster\]"):
        ClusterCrew()


@pytest.fixture
def cluster(network: None) -> Iterator[Any]:
    if not HAS_RAY:
        pytest.skip("Ray is not installed")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    yield cluster
    cluster.shutdown()


def test_a_node_that_is_killed_loses_no_side(
    cluster: Any, tmp_path: Path, rng: np.random.Generator
):
    node = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    out = tmp_path / "out"
    sides = []
    for index in range(8):
        path = tmp_path / f"side{index}.wav"
        soundfile.write(path, noise(rng, 2.0, RATE).samples.T, RATE, subtype="PCM_16")
        sides.append(Side(path, ExportRequest(out / path.name, "1.0"), (Declick(),)))
    killed: list[int] = []

    def hear(news: SideNews) -> None:
        if news.state is SideState.DONE and not killed:
            killed.append(news.number)
            cluster.remove_node(node, allow_graceful=False)

    crew = ClusterCrew(cluster.address)
    assert crew.size == 2
    summary = Batch(sides, out, crew, hear).run()
    assert (summary.done, summary.failed) == (8, 0)
    for side in sides:
        request = replace(side.request, output=tmp_path / "alone" / side.source.name)
        run_side(replace(side, request=request))
        assert side.request.output.read_bytes() == request.output.read_bytes()
    assert not list(out.glob(".runout-*.part"))
    assert Batch(sides, out, ClusterCrew(cluster.address)).run().skipped == 8


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere", "auto"])
def test_an_address_without_a_cluster_is_told(address: str, network: None):
    if not HAS_RAY:
        pytest.skip("Ray is not installed")
    with pytest.raises(DeviceError, match=f"no Ray cluster at {address}"):
        ClusterCrew(address)
