"""The program on a small world: a newsroom of our own, the site that serves it and a receiver for its alerts."""
