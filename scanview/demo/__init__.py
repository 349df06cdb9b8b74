"""A whole little network on one machine: a hub, two ports with three lanes, a recognition worker and the client."""
