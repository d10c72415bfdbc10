"""Stage and standing of a member, kept apart; what a member's record must satisfy. Pure."""
