"""The hub: intake, database, desk and feed in one process that never decodes a pixel."""
