"""Web addresses: pages, feeds, sitemaps."""
