"""How hypothesis is used here: no deadline on a busy machine, and nothing kept on disk."""

from hypothesis import HealthCheck, settings

FUZZ = settings(max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
