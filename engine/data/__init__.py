"""Data: fetched, read, split and made ready. One kind of data a file."""
