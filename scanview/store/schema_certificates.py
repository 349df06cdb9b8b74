"""The tables of what people sign: keys that wait for a certificate, certificates, decisions and delegations."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from scanview.store.schema import metadata

certificate_requests = Table(
    "certificate_requests",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("public", String, nullable=False, index=True),
    Column("person", String, nullable=False),
    Column("role", String, nullable=False),
    Column("workstation", String, nullable=False),
)
"""Keys that people asked a certificate for, each in the role they had then."""

certificates = Table(
    "certificates",
    metadata,
    Column("certificate", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("public", String, nullable=False),
    Column("person", String, nullable=False),
    Column("role", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("key", String, nullable=False),
    Column("signature", String, nullable=False),
    Index("certificates_of_key", "public", "seq"),
)
"""Every certificate as the authority signed it; the newest of a key is the one in use."""

statements = Table(
    "statements",
    metadata,
    Column("decision", String, ForeignKey("decisions.decision"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("key", String, nullable=False),
    Column("signature", String, nullable=False),
    Column("certificate", String, nullable=False),
)
"""What people signed when they decided, by decision; `certificate` is the id of theirs."""

delegations = Table(
    "delegations",
    metadata,
    Column("delegation", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("rules", Integer, nullable=False, index=True),
    Column("document", LargeBinary, nullable=False),
    Column("key", String, nullable=False),
    Column("signature", String, nullable=False),
    Column("certificate", String, nullable=False),
)
"""What supervisors signed so that the rules of a version may release; the newest of a version is the one in use."""
