"""What is seen: the window, its rooms and their parts. Nothing clinical is decided here.

Nobody imports this package but the two faces' starting points, and the window's own tests.
"""
