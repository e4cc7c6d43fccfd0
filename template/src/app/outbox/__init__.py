"""Jobs that wait, in the transaction that they belong to, for the broker to take them."""
