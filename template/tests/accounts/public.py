"""What everybody may call of a service with accounts, whatever the credential is."""

PUBLIC = {
    ("POST", "/api/v1/auth/password-reset"),
    ("POST", "/api/v1/auth/password-reset/confirm"),
    ("POST", "/api/v1/auth/email-verification/confirm"),
    ("POST", "/api/v1/users"),
}
