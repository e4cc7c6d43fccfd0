"""HTTP: everything about FastAPI that belongs to no domain."""
