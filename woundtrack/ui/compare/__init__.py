"""The compare room: visits of one lesion in true size, beside and upon each other."""
