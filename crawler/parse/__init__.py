"""From downloaded bytes to entries and articles: pure functions, nothing of Scrapy in here."""
