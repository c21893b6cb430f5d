"""What the customer process writes in the logbook: app, noun, past tense."""

from enum import StrEnum


class Happening(StrEnum):
    PIPELINE_STARTED = "crm.pipeline.started"
    PIPELINE_REVISED = "crm.pipeline.revised"
    DEAL_ADDED = "crm.deal.added"
    DEAL_EDITED = "crm.deal.edited"
    DEAL_TAKEN = "crm.deal.taken"
    DEAL_PLACED = "crm.deal.placed"
    DEAL_MOVED = "crm.deal.moved"
    DEAL_WON = "crm.deal.won"
    DEAL_LOST = "crm.deal.lost"
    DEAL_REOPENED = "crm.deal.reopened"
    DEAL_MOVE_UNDONE = "crm.deal.move-undone"
    STEP_PLANNED = "crm.deal.step-planned"
    INTERACTION_LOGGED = "crm.interaction.logged"
    INTERACTION_EDITED = "crm.interaction.edited"
    INTERACTION_REMOVED = "crm.interaction.removed"
    INTERACTION_RETURNED = "crm.interaction.returned"
    VIEW_SAVED = "crm.view.saved"
    VIEW_CHANGED = "crm.view.changed"
    VIEW_DELETED = "crm.view.deleted"
    VIEW_RESTORED = "crm.view.restored"
    COMPANY_IMPORTED = "crm.company.imported"
