"""Ratchets: a metric may never fall below what its own history reached. Pure; nothing here reads or writes."""
