"""Tasks: how one kind of problem is trained, measured, sampled and compared with a baseline."""
