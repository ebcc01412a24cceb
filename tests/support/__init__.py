"""What several tests share; knows the files the project writes, nothing of its code."""
