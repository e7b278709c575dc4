"""The gap service."""
