-- Of a sign-in that was let in, what later ones are compared with (directory/past.py); NULL: it is none.
ALTER TABLE events ADD COLUMN seen TEXT;
