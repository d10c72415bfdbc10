"""What may move, when contact is due, when someone is lost. Pure."""
