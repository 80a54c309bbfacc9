"""Lost passwords on the pages: /forgotPassword and /confirmForgotPassword (UI guide, 7.12).

Whether anybody goes by the name that was typed is told by no page, status or delay.
"""
