"""Poolhouse: a self-hosted identity service that speaks Amazon Cognito's wire protocols."""

__version__ = "0.1.0"
