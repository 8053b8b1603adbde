"""The verb that joins the shards of a batch: `merge`."""
