from crm.models.activity import Activity
from crm.models.attachment import Attachment
from crm.models.bulk_edit import BulkEdit, BulkUndo
from crm.models.checklist import Tick
from crm.models.choices import LossReason, Source, Tag
from crm.models.clock import ResponseClock, TermsOverTime
from crm.models.contact import Affiliation, Contact, ContactPoint
from crm.models.crossing import Arrival, Departure, GoingCustomer
from crm.models.customer import Organization, Product
from crm.models.deal import Deal
from crm.models.deal_undos import deal_of
from crm.models.definition import FieldDefinition, Target
from crm.models.drafting import StageDraft
from crm.models.export import Export
from crm.models.imports import CompanyImport, ExternalId
from crm.models.interaction import Channel, Direction, Interaction
from crm.models.merging import MergeRecord
from crm.models.note import Mention, Note
from crm.models.numbering import DealNumbering
from crm.models.own_facts import OwnFacts
from crm.models.pipeline import Asking, Pipeline, PipelineRevision
from crm.models.promise import AnswerPromise
from crm.models.retention import RetentionRule
from crm.models.rule import Rule, RuleRun
from crm.models.spell import OpenSpell
from crm.models.stage import Category, Stage
from crm.models.tagging import DealTag
from crm.models.undoing import TakenBack, take_back
from crm.models.values import FieldType
from crm.models.view import SavedView
from crm.models.visit import Precision, StageVisit
from crm.models.voice import Question, Score
from crm.refusals import (
    ChoiceError,
    CrossingError,
    CustomerError,
    DealError,
    FieldError,
    PipelineError,
    PromiseError,
    RuleError,
    StaleChoice,
    StaleCustomer,
    StaleDeal,
    StaleField,
    StalePipeline,
    StalePromise,
    StaleRule,
    StaleWork,
    VoiceError,
    WorkError,
)

__all__ = [
    "Activity",
    "Affiliation",
    "AnswerPromise",
    "Arrival",
    "Asking",
    "Attachment",
    "BulkEdit",
    "BulkUndo",
    "Category",
    "Channel",
    "ChoiceError",
    "CompanyImport",
    "Contact",
    "ContactPoint",
    "CrossingError",
    "CustomerError",
    "Deal",
    "DealError",
    "DealNumbering",
    "DealTag",
    "Departure",
    "Direction",
    "Export",
    "ExternalId",
    "FieldDefinition",
    "FieldError",
    "FieldType",
    "GoingCustomer",
    "Interaction",
    "LossReason",
    "Mention",
    "MergeRecord",
    "Note",
    "OpenSpell",
    "Organization",
    "OwnFacts",
    "Pipeline",
    "PipelineError",
    "PipelineRevision",
    "Precision",
    "Product",
    "PromiseError",
    "Question",
    "ResponseClock",
    "RetentionRule",
    "Rule",
    "RuleError",
    "RuleRun",
    "SavedView",
    "Score",
    "Source",
    "Stage",
    "StageDraft",
    "StageVisit",
    "StaleChoice",
    "StaleCustomer",
    "StaleDeal",
    "StaleField",
    "StalePipeline",
    "StalePromise",
    "StaleRule",
    "StaleWork",
    "Tag",
    "TakenBack",
    "Target",
    "TermsOverTime",
    "Tick",
    "VoiceError",
    "WorkError",
    "deal_of",
    "take_back",
]
