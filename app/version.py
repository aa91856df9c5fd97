"""The version of the software; pyproject.toml names the same."""

VERSION = "0.1.0"
