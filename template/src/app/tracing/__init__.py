"""What one request has caused, wherever it went, sent to a collector of OpenTelemetry."""
