"""A certificate authority to be thrown away."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from runtime.tls import Tls


class Authority:
    """Signs certificates that name a process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, folder.name)])
        own = self._builder(self._name, self._key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self._file = folder / "ca.pem"
        self._file.write_bytes(_pem(own.sign(self._key, hashes.SHA256())))

    def certify(self, process: str) -> Tls:
        """A new certificate of a process, in the place of its old one."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, process)])
        built = self._builder(name, key.public_key())
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(process)]), critical=False)
        found = Tls(self._folder / f"{process}.pem", self._folder / f"{process}.key", self._file)
        found.certificate.write_bytes(_pem(built.sign(self._key, hashes.SHA256())))
        found.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return found

    def settings(self, process: str) -> dict[str, Any]:
        """The settings of a process with a new certificate."""
        tls = self.certify(process)
        return {"tls_cert_file": tls.certificate, "tls_key_file": tls.key, "tls_ca_file": tls.authorities}

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
