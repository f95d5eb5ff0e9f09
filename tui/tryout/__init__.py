"""Input of a person's own to a network, and its answer."""
