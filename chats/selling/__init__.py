"""The CRM beside a conversation."""
