"""What is fed with anything: each target has `SEEDS`, `WORDS` and `check`, which raises if a promise is broken.

The unit tests draw inputs for `check` with hypothesis; `make fuzz` lets atheris find them by coverage.
"""
