"""What was accepted beside what the present program makes of it: looked at, saved, taken over."""
