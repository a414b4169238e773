"""The agent's page, one file a part of it."""
