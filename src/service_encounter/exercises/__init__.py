"""The checks of the book's exercises, one module a chapter; each computes what is right from the models."""
