"""Benchmarks: ratios to a floor, measured side by side in one run."""
