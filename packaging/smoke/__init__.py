"""The smoke test: the built application, run as somebody runs it who has nothing but that.

`packaging/smoke_test.py` is the program; sandbox.py is the bare computer, commands by commands.py,
restoring.py and training.py, the window by window.py with keys and mouse, and without a screen.
"""
