"""The desktop application; knows everything below and is known by nobody."""
