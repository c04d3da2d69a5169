"""TLS between processes: each shows a certificate, and looks at that of the other.

A certificate names its process (`catalog`, not a host), so that it is the same wherever a replica runs. Who
may do what is said by the assertions of `runtime.auth`; TLS keeps others from reading along and from calling.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import grpc
import structlog

from runtime.settings import ProcessSettings

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tls:
    """The PEM files of this process."""

    certificate: Path
    key: Path
    authorities: Path

    @classmethod
    def of(cls, settings: ProcessSettings) -> Tls | None:
        """What the settings say; None without TLS. Raises OSError for a file that cannot be read."""
        certificate, key, authorities = settings.tls_cert_file, settings.tls_key_file, settings.tls_ca_file
        if certificate is None or key is None or authorities is None:
            return None
        found = cls(certificate, key, authorities)
        found.read()
        return found

    def read(self) -> tuple[bytes, bytes, bytes]:
        """Authorities, key and certificate as they are now. Raises OSError."""
        return self.authorities.read_bytes(), self.key.read_bytes(), self.certificate.read_bytes()

    def server_credentials(self) -> grpc.ServerCredentials:
        """For a server that takes only clients with a certificate; new files are used from then on."""
        known = [self.read()]

        def newer() -> grpc.ServerCertificateConfiguration | None:
            try:
                found = self.read()
            except OSError as error:  # in the middle of being replaced
                log.warning("certificate not read", problem=str(error))
                return None
            if found == known[0]:
                return None
            known[0] = found
            return _configuration(found)

        return grpc.dynamic_ssl_server_credentials(
            _configuration(known[0]),
            newer,  # type: ignore[arg-type]  # None is "as before"
            require_client_authentication=True,
        )

    def channel_credentials(self) -> grpc.ChannelCredentials:
        """For a client. The files are read once: a process that calls others is restarted for new ones."""
        authorities, key, certificate = self.read()
        return grpc.ssl_channel_credentials(authorities, key, certificate)

    def context(self) -> ssl.SSLContext:
        """For other clients, such as that of the broker."""
        found = ssl.create_default_context(cafile=str(self.authorities))
        found.load_cert_chain(self.certificate, self.key)
        return found


def _configuration(files: tuple[bytes, bytes, bytes]) -> grpc.ServerCertificateConfiguration:
    authorities, key, certificate = files
    return grpc.ssl_server_certificate_configuration([(key, certificate)], authorities)
