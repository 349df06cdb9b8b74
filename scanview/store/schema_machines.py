"""The table of what happened to machines: who was invited, enrolled and revoked, and whose keys came twice."""

from sqlalchemy import Column, Float, Integer, String, Table

from scanview.store.schema import metadata

machine_facts = Table(
    "machine_facts",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("detail", String, nullable=False),
)
"""`subject` is "role/name" of a machine or "invitation/NUMBER"; `detail` the fingerprint of keys, or an address."""
