"""Pictures and words about results: read from tables, never computed from the model."""
