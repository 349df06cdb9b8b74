"""Control of the worklist: a scan is kept for somebody, moved forward, or taken back from a workstation."""
