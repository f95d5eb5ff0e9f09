"""The run folder, by which training is seen and steered: created, written, read and judged here."""
