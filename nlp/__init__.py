"""How an article is read: spaCy pipes mark spans, frames read them into extractions."""
