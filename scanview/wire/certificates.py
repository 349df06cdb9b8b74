"""Owns whom the authority has certified, as far as one hub is concerned, and who waits for it.

A hub's folder `certificates/` has a file for each key that waits and one for each certificate, so that the authority
can be on another machine: whoever certifies reads the ones that wait, and puts certificates beside them. A file here is
believed by nobody for being here: a certificate counts by the authority's signature on it.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from scanview.core.certificate import Certificate, check_lanes, check_person
from scanview.core.errors import BadInput, ScanViewError
from scanview.core.review import Role
from scanview.wire.authority import AuthorityCard, SignedCertificate
from scanview.wire.keys import key_id
from scanview.wire.private_files import make_private_folder, replace_private
from scanview.wire.warrants import check_certificate

CERTIFICATES_FOLDER = "certificates"
MAX_WAITING = 1_000

_log = logging.getLogger("scanview.wire")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRequest:
    """A person's key that waits for the authority, as the hub vouches for it: they were signed in when they asked."""

    person: str
    role: Role
    lanes: tuple[str, ...]
    signing_public: str
    workstation: str
    asked_at: float

    def __post_init__(self) -> None:
        check_person(self.person)
        check_lanes(self.lanes)
        if len(self.signing_public) != 64 or not set(self.signing_public) <= set("0123456789abcdef"):
            raise BadInput(f"the key of {self.person} is not 64 hexadecimal digits", code="bad-certificate")
        if not 0 < len(self.workstation) <= 128:
            raise BadInput("a key is of a workstation", code="bad-certificate")

    @property
    def fingerprint(self) -> str:
        """What the person compares on their own screen: the id of the key."""
        return key_id(bytes.fromhex(self.signing_public))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate that the authority signed, read and as it travels."""

    certificate: Certificate
    signed: SignedCertificate


class Certificates:
    """The folder `certificates` of the hub whose data folder is `data`. Any process of its owner may use it."""

    def __init__(self, data: Path) -> None:
        self._folder = data / CERTIFICATES_FOLDER
        for part in (self._folder, self._folder / "waiting", self._folder / "issued"):
            make_private_folder(part)

    def ask(self, request: CertificateRequest) -> None:
        """Let the key wait for the authority; asking again changes nothing. BadInput where too many wait."""
        path = self._folder / "waiting" / f"{request.signing_public}.json"
        if not path.exists() and len(self.waiting()) >= MAX_WAITING:
            raise BadInput("too many keys wait for the authority", code="too-many-keys")
        replace_private(path, msgspec.json.encode(request))

    def waiting(self) -> tuple[CertificateRequest, ...]:
        """The keys that wait, the oldest first."""
        found = (_read(path, CertificateRequest) for path in (self._folder / "waiting").glob("[!.]*.json"))
        return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.asked_at, one.person)))

    def answer(self, request: CertificateRequest, signed: SignedCertificate | None) -> None:
        """Put the certificate there, or none where the authority declines; the key waits no more."""
        if signed is not None:
            replace_private(
                self._folder / "issued" / f"{key_id(signed.document.encode())}.json", msgspec.json.encode(signed)
            )
        (self._folder / "waiting" / f"{request.signing_public}.json").unlink(missing_ok=True)

    def issued(self, authority: AuthorityCard) -> tuple[Issued, ...]:
        """Every certificate that `authority` signed, the one that ends last first; others are left out."""
        found = (_read(path, SignedCertificate) for path in (self._folder / "issued").glob("[!.]*.json"))
        certificates = []
        for signed in found:
            if signed is None:
                continue
            try:
                certificate = check_certificate(signed.document, signed.signature, authority)
            except ScanViewError as error:
                _log.warning("a certificate is left out: %s", error)
                continue
            certificates.append(Issued(certificate=certificate, signed=signed))
        return tuple(sorted(certificates, key=lambda one: one.certificate.not_after, reverse=True))


def _read(path: Path, form: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeError, ScanViewError) as error:
        _log.warning("%s is left out: %s", path, error)
        return None
