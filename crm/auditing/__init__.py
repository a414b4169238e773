"""What was done in a company, found again and said in words."""
