"""ROWS of each menu, one menu per file; `app.actions` puts them together."""
