"""Everything that meets the terminal: the dlconsole command and the console."""
