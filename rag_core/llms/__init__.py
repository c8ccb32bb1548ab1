"""Chat models: OpenAI's, and those of servers that speak its protocol."""
