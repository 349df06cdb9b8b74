"""An analyst's session with the hub, without Qt: one thread, futures, prefetch, the decision journal."""
