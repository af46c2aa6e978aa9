"""Benchmarks, beside what one would do by hand: `python -m bench [NAME...]` from the top of the source tree."""
