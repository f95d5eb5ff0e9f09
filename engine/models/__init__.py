"""The Keras models, one family a file."""
