"""Joining a hub by a one-time code, where the client belongs to none yet."""
