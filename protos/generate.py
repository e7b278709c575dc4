"""Generate Python from the contracts, lint them and guard their compatibility.

    python protos/generate.py            write the generated code beside its source
    python protos/generate.py --check    fail when it is out of date, when buf lint or buf breaking complains
    python protos/generate.py --release  make the present contracts the ones that must not be broken

Third-party contracts come from installed wheels: ``googleapis-common-protos`` ships its sources, ``protovalidate`` ships only
a serialised descriptor, which protoc reads as well. Nothing is downloaded.
"""

import argparse
import filecmp
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

import openapi

PROTOS = Path(__file__).resolve().parent
RELEASED = PROTOS / "released.binpb"
OPENAPI = PROTOS / "openapi.json"
BUF_CONFIG = PROTOS / "buf.yaml"
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
SCRIPTS = Path(sysconfig.get_path("scripts"))
VALIDATE = "buf/validate/validate.proto"
# buf marks a file of an image as imported in extension field 8042, {1: true}; imports are not linted.
BUF_IMPORT_MARK = bytes([0xD2, 0xF6, 0x03, 0x02, 0x08, 0x01])


def sources() -> list[str]:
    """Return our contracts, relative to the folder of contracts, in a fixed order."""
    return sorted(str(path.relative_to(PROTOS)) for path in (PROTOS / "tbt").rglob("*.proto"))


def validate_descriptor() -> FileDescriptorProto:
    """Return the descriptor of protovalidate's own contract, out of its wheel."""
    from protovalidate._gen.buf.validate import validate_pb  # noqa: PLC0415  (needed by this step alone)

    descriptor = FileDescriptorProto()
    descriptor.ParseFromString(validate_pb._DESC.proto.to_binary())
    return descriptor


def run(*command: str) -> None:
    """Run a tool; leave with its output and exit status when it fails."""
    result = subprocess.run(command, capture_output=True, text=True, cwd=PROTOS, check=False)  # noqa: S603
    if result.returncode != 0:
        sys.exit(f"{Path(command[0]).name} failed:\n{result.stdout}{result.stderr}")


def protoc(workspace: Path, *arguments: str) -> None:
    """Run protoc over our contracts, with third-party ones from the wheels."""
    wheel_protos = SITE_PACKAGES / "grpc_tools" / "_proto"
    # The wheel has this one contract under another file name than the one it is known by everywhere.
    operations = workspace / "google" / "longrunning" / "operations.proto"
    operations.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SITE_PACKAGES / "google" / "longrunning" / "operations_proto.proto", operations)
    run(sys.executable, "-m", "grpc_tools.protoc", f"--descriptor_set_in={write_validate_image(workspace)}",
        f"-I{PROTOS}", f"-I{workspace}", f"-I{SITE_PACKAGES}", f"-I{wheel_protos}", *arguments)  # fmt: skip


def write_validate_image(workspace: Path) -> Path:
    """Put protovalidate's contract, with what it imports, into *workspace* as a set of descriptors."""
    descriptors = FileDescriptorSet()
    for name in ("descriptor", "duration", "field_mask", "timestamp"):
        module = __import__(f"google.protobuf.{name}_pb2", fromlist=["DESCRIPTOR"])
        module.DESCRIPTOR.CopyToProto(descriptors.file.add())
    descriptors.file.append(validate_descriptor())
    path = workspace / "validate.binpb"
    path.write_bytes(descriptors.SerializeToString())
    return path


def generate(target: Path, workspace: Path) -> None:
    """Write Python, type stubs and gRPC stubs of every contract below *target*."""
    plugin = f"--plugin=protoc-gen-mypy={SCRIPTS / 'protoc-gen-mypy'}"
    grpc_plugin = f"--plugin=protoc-gen-mypy_grpc={SCRIPTS / 'protoc-gen-mypy_grpc'}"
    protoc(workspace, plugin, grpc_plugin, f"--python_out={target}", f"--mypy_out=quiet:{target}",
           f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}", *sources())  # fmt: skip
    protoc(workspace, plugin, f"--python_out={target}", f"--mypy_out=quiet:{target}", VALIDATE)
    for path in target.rglob("*_pb2_grpc.*"):
        # A contract without a service leaves an empty stub behind.
        if not re.search(r"class \w+Stub", path.read_text()):
            path.unlink()


def described(path: Path, workspace: Path, *others: str) -> FileDescriptorSet:
    """Return our contracts, and *others*, with everything they import and with their comments; *path* is overwritten."""
    protoc(workspace, "--include_imports", "--include_source_info", f"--descriptor_set_out={path}", *sources(), *others)
    return FileDescriptorSet.FromString(path.read_bytes())


def openapi_text(workspace: Path) -> str:
    """Return the description of HTTP/JSON."""
    others = ("google/longrunning/operations.proto", "google/rpc/status.proto")
    return openapi.document(described(workspace / "described.binpb", workspace, *others))


def image(path: Path, workspace: Path) -> None:
    """Write our contracts with everything they import as one image that buf reads."""
    descriptors = described(path, workspace)
    marked = b""
    for file in descriptors.file:
        body = file.SerializeToString() + (b"" if file.name.startswith("tbt/") else BUF_IMPORT_MARK)
        marked += bytes([0x0A]) + varint(len(body)) + body
    path.write_bytes(marked)


def varint(value: int) -> bytes:
    """Encode a length as the wire format does."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def generated_files(folder: Path) -> set[str]:
    """Return the generated files below *folder*, relative to it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*_pb2*.py*") if "__pycache__" not in path.parts}


def check(fresh: Path, workspace: Path) -> list[str]:
    """Return what is wrong with the committed code and with the contracts."""
    complaints = [
        f"{name}: run `make protos`"
        for name in sorted(generated_files(fresh) | generated_files(PROTOS))
        if not (fresh / name).is_file()
        or not (PROTOS / name).is_file()
        or not filecmp.cmp(fresh / name, PROTOS / name, shallow=False)
    ]
    if not OPENAPI.is_file() or OPENAPI.read_text(encoding="utf-8") != openapi_text(workspace):
        complaints.append(f"{OPENAPI.name}: run `make protos`")
    present = workspace / "present.binpb"
    image(present, workspace)
    buf = str(SCRIPTS / "buf")
    run(buf, "lint", str(present), "--config", str(BUF_CONFIG))
    if RELEASED.is_file():
        run(buf, "breaking", str(present), "--against", str(RELEASED), "--config", str(BUF_CONFIG))
    return complaints


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="change nothing; fail when something is out of date")
    mode.add_argument("--release", action="store_true", help="make the present contracts the ones not to break")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace, fresh = Path(folder) / "workspace", Path(folder) / "fresh"
        workspace.mkdir()
        fresh.mkdir()
        if arguments.release:
            image(RELEASED, workspace)
            return
        generate(fresh, workspace)
        if arguments.check:
            complaints = check(fresh, workspace)
            sys.exit("\n".join(complaints) if complaints else 0)
        for name in generated_files(PROTOS) - generated_files(fresh):
            (PROTOS / name).unlink()
        shutil.copytree(fresh, PROTOS, dirs_exist_ok=True)
        OPENAPI.write_text(openapi_text(workspace), encoding="utf-8")


if __name__ == "__main__":
    main()
