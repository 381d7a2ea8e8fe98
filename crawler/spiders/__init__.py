"""One spider for each way in: feeds, news sitemaps and listing pages."""
