"""The page of `cpi-sim viz`: a site to play with in a browser, drawn by Mesa's SolaraViz."""
