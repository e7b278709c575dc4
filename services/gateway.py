"""Configure Envoy so that HTTP/JSON clients and browsers can call every method: JSON transcoding and gRPC-Web.

Every method is `POST /<service>/<method>` with its request as JSON (`auto_mapping`); a stream of answers is a JSON array, and a
refusal is a `google.rpc.Status` as JSON. One configuration for the gateway on one machine and the one of a cluster.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.rpc import error_details_pb2

from services.composition import SERVICES
from services.gateway_shedding import shedding_filter
from services.runtime.texts import ENGLISH

OPERATIONS = "google.longrunning.Operations"
HEALTH_PATH = "/healthz"
DESCRIPTORS_FILE = "contracts.binpb"
CONFIGURATION_FILE = "envoy.json"
LOCAL_PAGES = r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"

# A watching stream may be silent for long; a client's own deadline goes to the service with the call.
IDLE_SECONDS = 3600
CONNECT_SECONDS = 5
KEEPALIVE_SECONDS = 60
# A process that leaves says so as soon as it is asked; TBT_LEAVE_SECONDS must leave time for that.
HEALTH_SECONDS = 0.5
HEALTH_TIMEOUT_SECONDS = 2
READS = r"(Get|List|Search|Export|Lookup)[A-Za-z]*"
# What a service takes and sends at most, as JSON: a base64 text is a third longer than its bytes.
MESSAGE_BYTES = 8 * 1024 * 1024
TRANSPORT = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3"
TRANSCODER = "envoy.filters.http.grpc_json_transcoder"
FILTERS = "type.googleapis.com/envoy.extensions.filters.http"


@dataclass(frozen=True, slots=True)
class Tls:
    """The gateway's own certificate and key, and the certificates that vouch for our services."""

    certificate_file: Path
    key_file: Path
    authority_file: Path


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where the gateway listens, where the services are, and whose pages may call it."""

    host: str
    port: int
    addresses: Mapping[str, str]
    """`host:port` of each of SERVICES; several processes that share one are separated by commas."""
    descriptors: Path
    tls: Tls | None = None
    origins: Sequence[str] = ()
    local_pages: bool = False
    default_language: str = ENGLISH


def full_name(service: str) -> str:
    """Return one of SERVICES as its contract calls it."""
    return f"tbt.{service}.v1.{service.capitalize()}Service"


def descriptors() -> FileDescriptorSet:
    """Return the contracts of all services, with all they import and the details of refusals."""
    pool = descriptor_pool.Default()
    found: dict[str, FileDescriptorProto] = {}
    for name in (*map(full_name, SERVICES), OPERATIONS):
        _add(pool.FindServiceByName(name).file, found)
    _add(error_details_pb2.DESCRIPTOR, found)
    return FileDescriptorSet(file=found.values())


def _add(file: FileDescriptor, found: dict[str, FileDescriptorProto]) -> None:
    if file.name not in found:
        for dependency in file.dependencies:
            _add(dependency, found)
        found[file.name] = FileDescriptorProto()
        file.CopyToProto(found[file.name])


def configuration(gateway: Gateway) -> dict[str, Any]:
    """Return what Envoy reads at its start. It has no port to administer it."""
    clusters = sorted(set(gateway.addresses.values()))
    return {
        "static_resources": {
            "listeners": [_listener(gateway)],
            "clusters": [_cluster(address, gateway.tls) for address in clusters],
        }
    }


def _listener(gateway: Gateway) -> dict[str, Any]:
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "gateway",
        "use_remote_address": True,
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "server_header_transformation": "PASS_THROUGH",
        "stream_idle_timeout": f"{IDLE_SECONDS}s",
        "request_headers_timeout": "10s",
        "max_request_headers_kb": 16,
        "http2_protocol_options": {
            "max_concurrent_streams": 128,
            "connection_keepalive": {"interval": f"{KEEPALIVE_SECONDS}s", "timeout": "20s"},
        },
        "route_config": {"name": "services", "virtual_hosts": [_virtual_host(gateway)]},
        "http_filters": _filters(gateway),
    }
    chain: dict[str, Any] = {
        "filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]
    }
    if gateway.tls is not None:
        chain["transport_socket"] = _own_certificate(gateway.tls)
    return {
        "name": "gateway",
        "address": _socket(gateway.host, gateway.port),
        "per_connection_buffer_limit_bytes": MESSAGE_BYTES,
        "filter_chains": [chain],
    }


def _virtual_host(gateway: Gateway) -> dict[str, Any]:
    calls = [route for name, address in sorted(_places(gateway).items()) for route in _routes(name, address)]
    # It is no method, and would be refused as an unknown one.
    untouched = {"@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "disabled": True}
    health = {
        "match": {"path": HEALTH_PATH},
        "direct_response": {"status": 200},
        "typed_per_filter_config": {TRANSCODER: untouched},
    }
    origins: list[dict[str, Any]] = [{"exact": origin} for origin in gateway.origins]
    if gateway.local_pages:
        origins.append({"safe_regex": {"regex": LOCAL_PAGES}})
    cors = {
        "@type": f"{FILTERS}.cors.v3.CorsPolicy",
        "allow_origin_string_match": origins,
        "allow_methods": "POST, OPTIONS",
        "allow_headers": "authorization, content-type, accept-language, grpc-timeout, x-grpc-web, x-user-agent",
        "expose_headers": "grpc-status, grpc-message, grpc-status-details-bin",
        "max_age": "600",
    }
    return {
        "name": "services",
        "domains": ["*"],
        "routes": [health, *calls],
        "typed_per_filter_config": {"envoy.filters.http.cors": cors},
    }


def _places(gateway: Gateway) -> dict[str, str]:
    """Return the full names of the services, and where the calls of each go."""
    places = {full_name(name): address for name, address in gateway.addresses.items()}
    # Every process answers for all operations: they are in the database.
    places[OPERATIONS] = gateway.addresses.get("catalog", next(iter(gateway.addresses.values())))
    return places


def _routes(name: str, address: str) -> list[dict[str, Any]]:
    """Return where the calls of a service go: what only reads may be sent again, to another process, wherever it broke off."""
    reads = {"safe_regex": {"regex": f"/{re.escape(name)}/{READS}"}}
    return [
        {"match": reads, "route": _route(address, "connect-failure,refused-stream,unavailable,reset")},
        # What certainly reached no service may be sent again; nothing else is.
        {"match": {"prefix": f"/{name}/"}, "route": _route(address, "connect-failure,refused-stream")},
    ]


def _route(address: str, retry_on: str) -> dict[str, Any]:
    retries = {
        "retry_on": retry_on,
        "num_retries": 3,
        "retry_host_predicate": [
            {
                "name": "envoy.retry_host_predicates.previous_hosts",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
                },
            }
        ],
        "host_selection_retry_max_attempts": 3,
    }
    return {"cluster": address, "timeout": "0s", "idle_timeout": f"{IDLE_SECONDS}s", "retry_policy": retries}


def _filters(gateway: Gateway) -> list[dict[str, Any]]:
    transcoder = {
        "@type": f"{FILTERS}.grpc_json_transcoder.v3.GrpcJsonTranscoder",
        "proto_descriptor": str(gateway.descriptors),
        "services": [*map(full_name, gateway.addresses), OPERATIONS],
        "auto_mapping": True,
        "convert_grpc_status": True,
        "max_request_body_size": MESSAGE_BYTES,
        "max_response_body_size": MESSAGE_BYTES,
        "request_validation_options": {"reject_unknown_method": True, "reject_unknown_query_parameters": True},
    }
    return [
        {"name": "envoy.filters.http.cors", "typed_config": {"@type": f"{FILTERS}.cors.v3.Cors"}},
        {"name": "envoy.filters.http.grpc_web", "typed_config": {"@type": f"{FILTERS}.grpc_web.v3.GrpcWeb"}},
        {"name": TRANSCODER, "typed_config": transcoder},
        # After it, a call of HTTP/JSON is one like any other, and a refusal becomes JSON on its way back.
        shedding_filter(_places(gateway), gateway.default_language),
        {"name": "envoy.filters.http.router", "typed_config": {"@type": f"{FILTERS}.router.v3.Router"}},
    ]


def _cluster(address: str, tls: Tls | None) -> dict[str, Any]:
    places = [re.sub(r"^dns:///", "", one.strip()).rpartition(":") for one in address.split(",")]
    endpoints = [{"endpoint": {"address": _socket(host.strip("[]"), int(port))}} for host, _, port in places]
    http2 = {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {
            "http2_protocol_options": {
                "connection_keepalive": {"interval": f"{KEEPALIVE_SECONDS}s", "timeout": "20s"},
            }
        },
    }
    cluster: dict[str, Any] = {
        "name": address,
        # Every address that the name of a headless service has; calls go round them.
        "type": "STRICT_DNS",
        "lb_policy": "ROUND_ROBIN",
        "connect_timeout": f"{CONNECT_SECONDS}s",
        "per_connection_buffer_limit_bytes": MESSAGE_BYTES,
        "load_assignment": {
            "cluster_name": address,
            "endpoints": [{"lb_endpoints": endpoints}],
        },
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2},
    }
    if len(places) > 1 or tls is not None:
        cluster["health_checks"] = [_health_check()]
    if tls is not None:
        cluster["transport_socket"] = _vouched_for(tls, sorted({host for host, _, _port in places}))
    return cluster


def _health_check() -> dict[str, Any]:
    """Return how Envoy asks each process whether it serves: one that says NOT_SERVING gets no call from then on."""
    return {
        "interval": f"{HEALTH_SECONDS}s",
        "no_traffic_interval": f"{HEALTH_SECONDS}s",
        "timeout": f"{HEALTH_TIMEOUT_SECONDS}s",
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        "grpc_health_check": {},
    }


def _own_certificate(tls: Tls) -> dict[str, Any]:
    pair = {
        "certificate_chain": {"filename": str(tls.certificate_file)},
        "private_key": {"filename": str(tls.key_file)},
    }
    context = {
        "@type": f"{TRANSPORT}.DownstreamTlsContext",
        "common_tls_context": {
            "alpn_protocols": ["h2", "http/1.1"],
            "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
            "tls_certificates": [pair],
        },
    }
    return {"name": "envoy.transport_sockets.tls", "typed_config": context}


def _vouched_for(tls: Tls, hosts: Sequence[str]) -> dict[str, Any]:
    validation = {
        "trusted_ca": {"filename": str(tls.authority_file)},
        "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": host}} for host in hosts],
    }
    context = {
        "@type": f"{TRANSPORT}.UpstreamTlsContext",
        "sni": hosts[0],
        "common_tls_context": {"alpn_protocols": ["h2"], "validation_context": validation},
    }
    return {"name": "envoy.transport_sockets.tls", "typed_config": context}


def _socket(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}
