"""The domain of a standards system: pure Python, no gRPC, no SQL, no S3, no clock."""
