"""The pool: where jobs are run. The seam is `submit(job, sink) -> handle` with `cancel`."""
