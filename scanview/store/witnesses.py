"""What those are shown who keep what the hub signed of its ledger."""

from functools import partial

from sqlalchemy import select

from scanview.core.proofs import consistency_proof
from scanview.store.database import Transaction
from scanview.store.schema import checkpoints
from scanview.store.tree import subtree_root
from scanview.wire.messages import CheckpointTold, Signature


def newest_shown(tx: Transaction, held: tuple[int, ...]) -> tuple[CheckpointTold, bytes] | None:
    """The newest checkpoint and its proof from the largest of `held` that it can have; None where there is none.

    Raises:
        Unavailable: the tree is still being made ready.
    """
    newest = tx.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()
    if newest is None:
        return None
    base = max((size for size in held if 0 < size <= newest.size), default=0)
    proof = consistency_proof(base, newest.size, partial(subtree_root, tx)) if base else ()
    message = CheckpointTold(
        held=base,
        signature=Signature(key=newest.key, value=newest.signature),
        proof=tuple(node.hex() for node in proof),
    )
    return message, bytes(newest.document)
