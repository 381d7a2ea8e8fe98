"""How news comes in: sources, spiders and parsers; every article lands in the store."""
