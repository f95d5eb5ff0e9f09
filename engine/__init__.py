"""The engine: everything that trains, records and reads runs. No terminal code anywhere in it."""
