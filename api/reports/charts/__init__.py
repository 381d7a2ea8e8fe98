"""Charts: what each shows is defined once, and drawn as SVG for pages, HTML and PDF, and as PNG for Word."""
