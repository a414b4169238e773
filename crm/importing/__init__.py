"""A spreadsheet of contacts, read as people save it, in any usual encoding and with any usual delimiter."""
