"""Streams of compressed pixel data: followed to find metadata inside, never decoded."""
