"""The verb that opens the page with a living site: `viz`."""
