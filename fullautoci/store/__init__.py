"""The database: one writer, read-only readers, and all of the SQL."""
