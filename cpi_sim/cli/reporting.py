"""The verb that makes the report of a batch again: `report`."""
