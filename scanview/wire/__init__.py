"""Messages, frames, keys and links: how hub, ports, workstations and workers talk. The only user of ZeroMQ."""
