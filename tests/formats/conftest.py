"""What all tests of formats share."""

from hypothesis import settings

# A machine busy with other tests is slow now and then; how fast the formats are is the benchmarks' business.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
