// Show a password, and passkeys. Everything else works without this file.
"use strict"
