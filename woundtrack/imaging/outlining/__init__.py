"""Outlines by the program: proposed alone, or guided by a box and clicks."""
