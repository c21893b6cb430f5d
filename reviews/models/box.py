"""The measures of a round: how many people, how many answers, how many days."""

# A sealed round is for at least so many: fewer are told apart by what they write.
SMALLEST_SEALED = 6
SMALLEST = 2
# So many texts stand together, or none is shown.
TOGETHER = 4
# Working days: to answer a proposed round, to write, for those few who got too little, to talk.
TO_ANSWER, SHORTEST, USUAL, LONGEST, EXTENSION, TO_TALK = 5, 3, 5, 10, 2, 10
# Calendar days after which the words are deleted.
DAYS_KEPT = 365
