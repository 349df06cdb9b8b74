"""Peers that send again, alter and reorder what went before. Encryption keeps strangers out; these hold the keys."""

from tests.simulation.network import Connection, Frames, Listener
from tests.simulation.world import World

_ORDERS = (b'"kind":"order"',)
_RECEIPTS = (b'"kind":"order-receipt"', b'"kind":"strips-held"', b'"kind":"scan-offer"', b'"kind":"strip"')


def replay(world: World) -> Listener:
    """A stolen hub: orders come again later, with bits turned, and in another order. Nothing else is touched."""
    return _tap(world, _ORDERS, alters=True)


def replay_receipts(world: World) -> Listener:
    """A stolen port: what it said of scans and orders comes again, out of place."""
    return _tap(world, _RECEIPTS, alters=False)


def _tap(world: World, kinds: tuple[bytes, ...], *, alters: bool) -> Listener:
    seen: list[Frames] = []

    def tap(_connection: Connection, frames: Frames) -> list[Frames]:
        sent = [frames]
        if not any(kind in frames[0] for kind in kinds):
            return sent
        chance = world.chance
        seen.append(frames)
        if chance.random() < 0.5:
            sent.append(chance.choice(seen))
        if alters and chance.random() < 0.5:
            sent.insert(0, _altered(chance.choice(seen), chance.random()))
        chance.shuffle(sent)
        return sent

    return tap


def _altered(frames: Frames, where: float) -> Frames:
    """One bit of the document is another, or RELEASE stands where HOLD stood."""
    *head, document = frames
    if b'"HOLD"' in document:
        released = document.replace(b'"HOLD"', b'"RELEASE"')
        return [*head, released.replace(b'"expires_at":0.0', b'"expires_at":9000000000.0')]
    place = int(where * len(document))
    turned = bytes([document[place] ^ 1])
    return [*head, document[:place] + turned + document[place + 1 :]]
