"""One module per grant type of /oauth2/token: `tokens(visit, client, form)` gives an AuthenticationResult."""
