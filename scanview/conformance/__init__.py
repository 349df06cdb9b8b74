"""What any port and any hub must do, as numbered checks that are run against a real one over the wire.

The checks stand on the wire alone: they share no code with the port and the hub of this program, so they hold for one
that somebody else wrote, in any language, and for ours. docs/protocol.md says what is checked.
"""
