"""The book's models, one module a topic: pure functions over a math namespace."""
