"""Signing in on the pages: /login, and each challenge after it (behaviour file, 6.7; UI guide, 7.1 to 7.9).

A page of a challenge is the answer to the post before it. What it asks travels in its hidden field `state`,
sealed, and never in an address; its form goes to /login, or to /mfa where it is about a second factor. The
engine decides what comes next, as it does for the API.
"""
