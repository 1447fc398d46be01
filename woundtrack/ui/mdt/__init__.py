"""The meeting: who is to be shown, and the course of each on one page of a projector."""
