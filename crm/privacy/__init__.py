"""What is kept of a customer, in every table, and how it leaves: handed over, made anonymous, or past its time."""
