"""A person takes over: who owns a conversation, what the resident agreed to, the desk, and those who look with them."""
