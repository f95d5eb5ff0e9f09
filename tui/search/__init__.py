"""What the Search screen is made of: its panels, and what they show of a search."""
