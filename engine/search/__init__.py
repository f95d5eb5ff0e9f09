"""Searches over a recipe's space, each trial a run."""
