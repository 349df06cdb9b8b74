"""A scan's way in: the port's device interface, watch folder, spool and upload; the hub's intake; the port's orders."""
