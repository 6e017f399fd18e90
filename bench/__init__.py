"""Benchmarks against other runtimes: `python -m bench` (or `make bench`)."""
