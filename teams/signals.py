"""The bells of the logbook, and of what happens to a whole team.

`recording` rings inside the transaction, with the entry: whoever must not miss it writes its own
row there. `recorded` rings after the commit, with ids only, and nobody's failure stops it.
`armed` rings after the commit for every new job.

`dividing` rings inside the transaction in which a team becomes two, with `division`, `old` and
`new`, who does it as `by` (their membership of the old team) and the moment as `at`. The wall is
open for both teams. Who goes along belongs to both while it rings, and leaves the old one right
after. Each app moves its own rows, or raises a Refusal with a sentence fit to show; then nothing
at all has happened.
"""

from django.dispatch import Signal

recording = Signal()
recorded = Signal()
armed = Signal()
dividing = Signal()
