"""What the numbers say: smoothing, decimation, diagnosis. Pure functions only."""
