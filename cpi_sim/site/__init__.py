"""The tables that a site is made of, and how they are filled."""
