"""Only what a search reads, made inside the database: many deals in minutes and not in hours.

Every team has as many customers and deals as in the world of `bench.world`, and its members wrote
down what was said, planned and noted. The rows come in the order of time, as life writes them: no
team has pages of its own.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from time import perf_counter
from typing import Any

from django.db import connections

from bench.bare import dress, undress
from bench.fill import BEGAN, places_of, settle
from bench.options import Options
from bench.world import FIRST, GAP, KIND, LAST, PLACE, WHAT, customers

DUTCH = (
    "Installatie van zonnepanelen",
    "Onderhoud aan liften",
    "Leveringen voor de keuken",
    "Verhuizing naar een nieuw kantoor",
    "Verlichting van de parkeerplaats",
    "Schoonmaak in de avonden",
)
TEXTS = (
    "They asked for the deliveries of next month and would like a lower price for both years.",
    "De planning van de werkzaamheden besproken; de klant stuurt morgen de tekeningen op.",
    "Nobody picked up the phone, left a message about the proposal that was sent last week.",
    "Offerte toegelicht. Zij vergelijken met een andere leverancier en beslissen na de vakantie.",
)
PLANS = ("Call about the price", "Offerte sturen", "Visit the site", "Bellen over de levering")
# A syllable for each digit, so that every customer has a word of their own.
SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu")
# The others have few rows, and triggers for each row that tell their words.
UNDRESSED = (
    "crm_deal", "crm_organization", "crm_contact", "crm_contactpoint", "crm_affiliation",
    "teams_findable",
)  # fmt: skip

PARTS = {
    "places": """
CREATE TEMPORARY TABLE bench_place AS SELECT * FROM json_to_recordset(%(places)s)
    AS place (index bigint, team bigint, pipeline bigint, stages bigint[], people bigint[]);

-- The digits back to front, so that neighbours do not begin with the same syllable.
CREATE TEMPORARY TABLE bench_customer AS
SELECT pk, initcap(string_agg((%(syllables)s)[digit::int + 1], '')) AS word
FROM generate_series(1, %(customers)s * %(teams)s) pk,
    regexp_split_to_table(reverse(pk::text), '') digit
GROUP BY pk;
ANALYZE bench_place, bench_customer;
""",
    "organizations": """
INSERT INTO crm_organization (id, name, name_key, sector, location, website, phone, street,
    postal_code, country, vat_number, registration_number, version)
SELECT pk, name, lower(name), '', (%(place)s)[1 + pk %% 10], '', '', '', '', '', '', '', 1
FROM bench_customer,
    concat_ws(' ', (%(kind)s)[1 + pk / 3 %% 9], word, (%(place)s)[1 + pk / 7 %% 10]) AS name;
""",
    "contacts": """
INSERT INTO crm_contact (id, name, language, do_not_contact, version)
SELECT pk, concat_ws(' ', (%(first)s)[1 + pk %% 10], (%(last)s)[1 + pk / 11 %% 9]), '', false, 1
FROM bench_customer;

INSERT INTO crm_affiliation (contact_id, organization_id, role)
SELECT pk, pk, 'buyer' FROM bench_customer;
""",
    "addresses": """
INSERT INTO crm_contactpoint (contact_id, kind, value, value_key, label, is_primary)
SELECT pk, kind, value, value, 'work', true
FROM bench_customer, LATERAL (VALUES
    ('email', format('info.%%s@%%s.example', pk, lower(word))),
    ('phone', format('+316%%s', 10000000 + pk * 397 %% 89999999))
) AS point (kind, value);

CREATE INDEX bench_address ON crm_contactpoint (contact_id);
SELECT crm_tell_contacts(ARRAY(SELECT pk FROM bench_customer));
DROP INDEX bench_address;
""",
    "deals": """
INSERT INTO crm_deal (id, team_id, pipeline_id, stage_id, number, title, organization_id,
    contact_id, owner_id, amount, outcome, opened_at, opened_precision, closed_at,
    closed_precision, is_imported, next_step, entered_stage_at, board_rank, version, custom)
SELECT (number - 1) * %(teams)s + index + 1, team, pipeline, stages[stage], number,
    (%(what)s)[1 + number %% 15], customer, customer, people[1 + number %% 5],
    200 + number * 37 %% 60000, CASE stage WHEN 5 THEN 'won' WHEN 6 THEN 'lost' ELSE 'open' END,
    opened, 'moment', CASE WHEN stage > 4 THEN opened + interval '9 days' END, 'moment', true, '',
    opened, number * %(gap)s, 1, '{}'
FROM (
    SELECT *, %(began)s + number * %(between)s AS opened,
        index * %(customers)s + 1 + number * 7 %% %(customers)s AS customer,
        CASE WHEN number > %(deals)s * 0.94 THEN 1 + number %% 4 ELSE 5 + number %% 2 END AS stage
    FROM bench_place, generate_series(1, %(deals)s) number
) AS drawn ORDER BY number, index;
""",
    "what was said": """
INSERT INTO crm_interaction (deal_id, team_id, channel, direction, occurred_at, is_automated,
    subject, text, logged_at, version)
SELECT id, team_id, 'phone', 'out', opened_at, false, '', (%(texts)s)[1 + number / 3 %% 4],
    opened_at, 1
FROM crm_deal WHERE number %% 2 = 0 ORDER BY id;
""",
    "what was planned": """
INSERT INTO crm_activity (team_id, deal_id, kind, title, due_on, reminder, is_next_step,
    outcome_note, version)
SELECT team_id, id, 'call', (%(plans)s)[1 + number / 5 %% 4], opened_at::date, '', false, '', 1
FROM crm_deal WHERE number %% 4 = 0 ORDER BY id;
""",
    "notes": """
INSERT INTO crm_note (team_id, deal_id, text, is_pinned, written_at, version)
SELECT team_id, id, (%(texts)s)[1 + number / 3 %% 4], false, opened_at, 1
FROM crm_deal WHERE number %% 10 = 0 ORDER BY id;
""",
}


def fill(options: Options, now: datetime) -> None:
    """Fill the tables of search, and let the database come to rest."""
    began = now - BEGAN
    facts: dict[str, Any] = {
        "places": json.dumps([asdict(place) for place in places_of(options, began)]),
        "teams": options.teams,
        "deals": options.deals,
        "customers": customers(options.deals),
        "began": began,
        "between": BEGAN / (options.deals + 10),
        "gap": GAP,
        "place": list(PLACE),
        "kind": list(KIND),
        "first": list(FIRST),
        "last": list(LAST),
        "what": [*WHAT, *DUTCH],
        "texts": list(TEXTS),
        "plans": list(PLANS),
        "syllables": list(SYLLABLES),
    }
    put_back = undress(UNDRESSED)
    with connections["owner"].cursor() as cursor:
        for name, statements in PARTS.items():
            _told(name, lambda: cursor.execute(statements, facts))  # noqa: B023
    _told("indexes and keys of these", lambda: dress(put_back))
    settle()


def _told(what: str, work: Callable[[], object]) -> None:
    start = perf_counter()
    work()
    sys.stderr.write(f"bench: {what} in {perf_counter() - start:.0f} s\n")
