"""The verbs that help to write scenarios: `new`, `compare` and `schema`."""
