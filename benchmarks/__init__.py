"""Benchmarks: each module with a `main` prints its figures beside those frozen in frozen/<name>.json."""
