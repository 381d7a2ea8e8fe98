"""What a funding event is, and every decision about it: pure functions and values, standard library only."""
