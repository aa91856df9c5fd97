"""Every network, by name; all in here are loaded, trained and tested alike."""

from engine.models.network import Config, Network

_ALL: tuple[type[Network], ...] = ()

NETWORKS: dict[str, type[Network]] = {network.name: network for network in _ALL}

__all__ = ["NETWORKS", "Config", "Network"]
