"""The scripted hour: the window driven through a whole restoration by real input on a screen.

`packaging/scripted_hour.py` is the program; side.py makes what is restored, screen.py is the screen
with its mouse and keys, looking.py answers questions inside the window, hands.py acts, steps.py is
what is done, judging.py says whether it came out right.
"""
