"""What leaves the app: LlamaIndex code, JSON, CSV."""
