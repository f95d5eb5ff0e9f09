"""The panels of a run, and what stands in them."""
