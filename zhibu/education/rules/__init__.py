"""Study hours: modes, what an entry must say, what counts in a year. Pure. Hours are in tenths."""
