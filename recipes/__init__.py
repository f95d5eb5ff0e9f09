"""The built-in recipes, one a file: declarations only."""
