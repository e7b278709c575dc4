"""Close the parts of SeaweedFS that only SeaweedFS itself calls to everybody else on this machine.

Master, volume server and filer listen on loopback, and out of the box anyone who can connect reads and writes every
object past the S3 keys. So their gRPC demands a client certificate, and the HTTP of filer and volume server a token;
keys and certificate are made anew at each start and known to one process only.
"""

import datetime
import os
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.embedded.folder import new_secret

TOKEN_SECTIONS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
GRPC_PARTS = ("master", "volume", "filer", "s3", "admin", "worker", "client")
FIRST_DAY = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
LAST_DAY = datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC)
"""The certificate lives as long as its process; a wrong clock must not stop the store from starting."""


def write_security(folder: Path) -> list[Path]:
    """Write new keys, a new certificate and ``security.toml`` into *folder*; return the files.

    SeaweedFS looks for ``security.toml`` in its working folder first, so none of the machine's is read instead. It must
    be able to read them: a file that it cannot read it ignores, and is open.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    certificate_file, key_file, settings_file = (folder / n for n in ("internal.crt", "internal.key", "security.toml"))
    _write(certificate_file, _certificate(key).public_bytes(serialization.Encoding.PEM))
    _write(
        key_file,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    sections = [f'[{section}]\nkey = "{new_secret()}"\n' for section in TOKEN_SECTIONS]
    certificate_name, key_name = certificate_file.name, key_file.name
    sections.append(f'[grpc]\nca = "{certificate_name}"\n')
    sections.extend(f'[grpc.{part}]\ncert = "{certificate_name}"\nkey = "{key_name}"\n' for part in GRPC_PARTS)
    _write(settings_file, "".join(sections).encode())
    return [certificate_file, key_file, settings_file]


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Return a certificate for this machine that is its own authority, for servers and clients alike."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "embedded object store")])
    places = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST_DAY)
        .not_valid_after(LAST_DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .sign(key, hashes.SHA256())
    )


def _write(file: Path, content: bytes) -> None:
    """Write *content* for the owner's eyes only."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
