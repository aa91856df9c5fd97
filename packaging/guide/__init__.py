"""Pictures of the user guide: each one a function that drives the real window and looks at it.

`packaging/guide_pictures.py` is the program; studio.py is where windows stand for their picture,
callouts.py numbers what is in one, one module for each chapter makes its pictures, and table.py
names them all.
"""
