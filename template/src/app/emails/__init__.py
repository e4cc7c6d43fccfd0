"""Mail to users: what it says, and how it leaves the process."""
