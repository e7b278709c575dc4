"""Put the whole system into one file that can be verified, and a new system into the state of such a file."""
