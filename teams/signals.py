"""The bells of the logbook.

`recording` rings inside the transaction, with the entry: whoever must not miss it writes its own
row there. `recorded` rings after the commit, with ids only, and nobody's failure stops it.
`armed` rings after the commit for every new job.
"""

from django.dispatch import Signal

recording = Signal()
recorded = Signal()
armed = Signal()
