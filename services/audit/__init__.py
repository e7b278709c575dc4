"""The audit service: who changed what, and who was refused what, in a chain that shows whether anybody meddled with it."""
