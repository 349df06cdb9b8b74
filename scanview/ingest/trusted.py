"""Owns whom a port believes beside its hubs: the pinned authority, what it took back, and the port's own demands."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from scanview.core.errors import Refused, ScanViewError
from scanview.settings import PortSettings
from scanview.wire.authority import AuthorityCard, check_revocations, read_revocations, write_revocations
from scanview.wire.messages import SignedRevocations
from scanview.wire.pinned_authority import meet_authority

REVOCATIONS_FOLDER = "revocations"

_log = logging.getLogger("scanview.ingest")


class Trusted:
    """What the port with the folder `spool` believes. `places` says where each hub is, by the id of its key.

    Files are read anew for each release, so that what an administrator pins or takes back counts at once. `settings`
    may be set from another thread. `is_disputed` says of a hub's key id whether it rewrote its ledger (witness.py).
    """

    def __init__(self, spool: Path, places: Mapping[str, str], settings: PortSettings) -> None:
        self._spool = spool
        self._places = places
        self.settings = settings
        self.is_disputed: Callable[[str], bool] = lambda hub: False

    def authority(self, hub: str) -> AuthorityCard | None:
        """The authority whose word counts for orders of the hub with this key id; None where none is pinned.

        BadInput or Unavailable where it cannot be read: then nobody is believed.
        """
        place = self._places.get(hub, "")
        return meet_authority(self._spool, place, hub, is_first=place == next(iter(self._places.values()), place))

    def revoked(self, authority: AuthorityCard) -> frozenset[str]:
        """Certificates and delegations that count no more; Refused where the list that is kept is damaged."""
        kept = read_revocations(self._folder(authority), authority)
        return frozenset() if kept is None else frozenset(kept[0].revoked)

    def learn(self, hub: str, signed: SignedRevocations) -> None:
        """Keep a list that came with an order of this hub, where it is the authority's and newer than the kept one."""
        try:
            authority = self.authority(hub)
            if authority is None:
                return
            told = check_revocations(signed, authority)
            if told.number > self._kept_number(authority):
                write_revocations(self._folder(authority), signed)
                _log.warning("%s has revoked %d certificates in all", authority.authority, len(told.revoked))
        except (ScanViewError, OSError) as error:
            _log.error("a list of revoked certificates is not taken: %s", error)

    def _kept_number(self, authority: AuthorityCard) -> int:
        try:
            kept = read_revocations(self._folder(authority), authority)
        except Refused:
            return 0
        return 0 if kept is None else kept[0].number

    def _folder(self, authority: AuthorityCard) -> Path:
        return self._spool / REVOCATIONS_FOLDER / authority.key
