"""Long runs: a title and `run(progress)`; nothing here knows of Qt."""
