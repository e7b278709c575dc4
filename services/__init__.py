"""Six gRPC services over one domain, and the program that runs them."""
