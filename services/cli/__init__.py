"""The command line: a gRPC client like any other, and the four commands that run the program itself."""
