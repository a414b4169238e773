"""The pages on which people keep their company's numbers: what they show, and what can be done there."""
