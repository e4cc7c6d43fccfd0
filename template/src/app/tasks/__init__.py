"""Work that outlives the request."""
