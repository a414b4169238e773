"""What agents write before it is a message, and what helps them write it."""
