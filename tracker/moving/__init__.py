"""Moving in and out: files of articles, judgements and known rounds, and what the store holds in the same forms."""
