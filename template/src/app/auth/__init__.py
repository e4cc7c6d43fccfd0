"""Who is calling: proving it, log-ins and their end, guards."""
