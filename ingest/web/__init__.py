"""Reading the web without being led astray: checked addresses, limits, robots.txt, feeds."""
