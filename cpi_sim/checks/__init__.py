"""The plausibility check: simulated sites compared with what is known, target by target."""
