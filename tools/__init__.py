"""What the Makefile of the template does beyond one line; runs on a bare Python 3.11, before anything is installed."""
