"""What consumers pull: HTTP, pages, reports, feeds; reads the store, loads neither extractor nor crawler."""
