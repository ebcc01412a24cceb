"""Runnable mains, thin: what Dataflow, Flink and schedulers launch."""
