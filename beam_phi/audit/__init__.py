"""What a run did, in tables and in words: annotations, files, ``run.json``, ``report.html``.

The records of a worker go through :mod:`~beam_phi.audit.parts` into Parquet, :mod:`~beam_phi.audit.summary`
streams over the finished tables, :mod:`~beam_phi.audit.report` shows the figures. Nothing here knows Beam.
"""
