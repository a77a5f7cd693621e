"""Benchmarks: `python -m benchmarks DATA`, where DATA is a folder that you have."""
