"""From files to articles: reading (`ingest`) and telling text from the clutter of its page (`clean`)."""
