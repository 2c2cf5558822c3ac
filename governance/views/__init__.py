"""Pages of accounts, invitations and organisations."""
