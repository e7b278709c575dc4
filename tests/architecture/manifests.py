"""The manifests as a cluster would get them: rendered by kustomize, read as YAML."""

import subprocess
import sysconfig
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from source import REPOSITORY

OVERLAYS = ("single-node", "cluster", "cluster-agencies")
KUBECTL = Path(sysconfig.get_path("scripts")) / "kubectl"
Manifest = dict[str, Any]


@cache
def rendered(overlay: str) -> tuple[Manifest, ...]:
    """Return every object of *overlay*."""
    folder = REPOSITORY / "k8s" / overlay
    result = subprocess.run([str(KUBECTL), "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return tuple(yaml.safe_load_all(result.stdout))


def of_kind(overlay: str, *kinds: str) -> list[Manifest]:
    """Return the objects of *overlay* that are of one of *kinds*."""
    return [found for found in rendered(overlay) if found["kind"] in kinds]


def name(manifest: Manifest) -> str:
    """Return the name of an object."""
    return str(manifest["metadata"]["name"])


def pods(overlay: str) -> dict[str, Manifest]:
    """Return the pod of every workload, by the workload's name."""
    return {name(found): found["spec"]["template"] for found in of_kind(overlay, "Deployment", "StatefulSet", "Job")}


def containers(pod: Manifest) -> Iterator[Manifest]:
    """Yield the containers of a pod, those that prepare it too."""
    yield from pod["spec"].get("initContainers", [])
    yield from pod["spec"]["containers"]


def all_containers(overlay: str) -> dict[str, Manifest]:
    """Return every container, by `workload/container`."""
    found = pods(overlay).items()
    return {f"{workload}/{each['name']}": each for workload, pod in found for each in containers(pod)}


def settings(overlay: str) -> dict[str, str]:
    """Return the settings that every process of ours is given."""
    maps = [found for found in of_kind(overlay, "ConfigMap") if name(found).startswith("tbt-settings")]
    assert len(maps) == 1
    return dict(maps[0]["data"])


def services(overlay: str) -> dict[str, tuple[str, ...]]:
    """Return which services run in which deployment."""
    found: dict[str, tuple[str, ...]] = {}
    for workload, pod in pods(overlay).items():
        arguments = pod["spec"]["containers"][0].get("args", [])
        if arguments[:1] == ["serve"]:
            named = pairwise(arguments)
            found[workload] = tuple(service for option, service in named if option == "--service")
    return found
