"""Training loops and what accompanies them."""
