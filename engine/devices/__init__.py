"""Readings of GPUs and of the host. Every field may be missing."""
