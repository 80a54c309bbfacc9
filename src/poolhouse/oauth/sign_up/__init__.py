"""Making an account on the pages: /signup, /confirm, /resendcode, /confirmUser (UI guide, 7.10 and 7.11)."""
