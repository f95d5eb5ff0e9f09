"""Worker processes: how they are started, asked and awaited."""
