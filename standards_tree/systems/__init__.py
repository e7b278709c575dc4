"""Standards systems as people hand them in: placement, editions, and the set of documents of GB/T 13016."""
