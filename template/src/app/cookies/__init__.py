"""Log-ins of browsers: a cookie that no script can read."""
