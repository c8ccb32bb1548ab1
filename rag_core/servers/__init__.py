"""What all servers of OpenAI's protocol share: addresses, keys and errors."""
