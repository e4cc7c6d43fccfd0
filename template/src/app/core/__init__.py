"""What every part stands on. Knows neither FastAPI nor any domain."""
