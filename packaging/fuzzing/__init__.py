"""Fuzzing: damaged inputs for everything that Runout reads, and who watches what becomes of them.

`packaging/fuzz.py` is the program; inputs.py says what an input is, damage.py damages one,
watcher.py sees what a reader does, worker.py is the process it reads in, crew.py holds the
processes to their limits; a kind of input is a file of its own, and a row of KINDS in kinds.py.
"""
