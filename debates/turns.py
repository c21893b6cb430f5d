"""What somebody can do in a debate now: by the noun of its address, and about which thing."""

from collections.abc import Iterator

from debates.models import State
from debates.models.proposal import MOST_PROPOSALS
from debates.room import ProposalSeen, Room

Turn = tuple[str, int | None]
# What the team alone does.
OF_MEMBERS = frozenset({"beginning", "dismissal", "answer"})


def open_to(room: Room) -> list[Turn]:
    """Every act that is open to whoever sees this room, in the order in which it is offered."""
    if room.is_late:
        return []  # the job that moves the debate on comes by itself
    return [*_of_the_team(room), *_of_a_seat(room)]


def _of_the_team(room: Room) -> Iterator[Turn]:
    if not room.is_member:
        return
    if room.state == State.REQUESTED:
        yield "beginning", None
        yield "dismissal", None
    for seen in room.experiments:
        if seen.experiment.verdict and not seen.experiment.answer:
            yield "answer", seen.experiment.pk


def _of_a_seat(room: Room) -> Iterator[Turn]:
    if room.me is None or not room.debate.is_open:
        return
    offered = {
        State.GATHERING: _gathering,
        State.CHALLENGING: _challenging,
        State.PROPOSING: _proposing,
        State.CONSENTING: _consenting,
        State.INTEGRATING: _consenting,
    }
    yield from offered[room.state](room)
    yield "excuse", None


def _gathering(room: Room) -> Iterator[Turn]:
    yield "point", None
    for seen in room.points:
        yield "wording", seen.point.pk
        yield "removal", seen.point.pk
    if not room.points and room.me and not room.me.nothing_to_add:
        yield "nothing", None


def _challenging(room: Room) -> Iterator[Turn]:
    yield "weights", None
    yield "reply", None
    for seen in room.points:
        yield "argument", seen.point.pk


def _proposing(room: Room) -> Iterator[Turn]:
    for seen in room.proposals:
        yield "other-words", seen.proposal.pk
    if len(room.proposals) < MOST_PROPOSALS:
        yield "proposal", None


def _consenting(room: Room) -> Iterator[Turn]:
    for seen in room.proposals:
        yield from _about(seen, room)


def _about(seen: ProposalSeen, room: Room) -> Iterator[Turn]:
    if seen.mine is None:
        yield "consent", seen.version.pk
        yield "objection", seen.version.pk
    elif seen.mine.is_open_objection and room.state == State.INTEGRATING:
        yield "withdrawal", seen.version.pk
    if seen.objections and not room.why_no_round:
        yield "other-words", seen.proposal.pk
