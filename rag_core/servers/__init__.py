"""What servers that speak OpenAI's protocol have in common, for embeddings and for answers."""
