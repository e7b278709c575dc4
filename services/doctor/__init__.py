"""Look at a deployment as it is, and say what is wrong and what to do about it."""
