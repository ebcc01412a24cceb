"""Shim for runners that build the workers' package with ``--setup_file``; all facts are in pyproject.toml."""

from setuptools import setup

setup()
