"""Log-ins of apps and scripts: short-lived access tokens, and refresh tokens that are exchanged for them."""
