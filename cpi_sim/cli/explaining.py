"""The verb that says what happened to a person in a week, and why: `explain`."""
