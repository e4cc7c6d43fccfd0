"""The record "user": who has an account, and with which rights."""
