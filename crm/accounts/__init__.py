"""How people come in, and what they set about it: signing in, invitations, passwords, logins, the second factor."""
