"""The headless commands, one subject a file, imported only when called."""
