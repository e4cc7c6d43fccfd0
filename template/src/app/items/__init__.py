"""The example domain: copy its shape for your own, then delete it (see CONTRIBUTING.md)."""
