"""By which words deals, their customers and what is written about them are found.

A deal is found by its number, what it is about and its organization; by its contact's name only
for members of the team; and not while it lies in the recycle bin. An organization is found by the
teams that have a deal with it.
"""

from django.db import migrations

TELLER = """
CREATE FUNCTION crm_tell_words(deals bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO teams_findable (team_id, kind, subject_id, words)
    SELECT deal.team_id, 'd', deal.id,
        kring_lexemes(
            format('d%s ', deal.team_id),
            concat_ws(' ', deal.number, deal.title, organization.name)
        ) || kring_lexemes(format('d%s.', deal.team_id), contact.name)
    FROM crm_deal deal
    LEFT JOIN crm_organization organization ON organization.id = deal.organization_id
    LEFT JOIN crm_contact contact ON contact.id = deal.contact_id
    WHERE deal.id = ANY (deals) AND deal.deleted_at IS NULL
    ON CONFLICT (kind, subject_id, team_id) DO UPDATE SET words = excluded.words;

    INSERT INTO teams_findable (team_id, kind, subject_id, words)
    SELECT met.team_id, 'o', organization.id,
        kring_lexemes(format('o%s ', met.team_id), organization.name)
    FROM (SELECT DISTINCT team_id, organization_id FROM crm_deal WHERE id = ANY (deals)) met
    JOIN crm_organization organization ON organization.id = met.organization_id
    ON CONFLICT (kind, subject_id, team_id) DO NOTHING;
END $$;
"""

LISTENERS = """
CREATE FUNCTION crm_deals_were_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM crm_tell_words(ARRAY(SELECT id FROM added));
    RETURN NULL;
END $$;

CREATE FUNCTION crm_deal_was_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.deleted_at IS NOT NULL THEN
        DELETE FROM teams_findable WHERE kind = 'd' AND subject_id = NEW.id;
    ELSE
        PERFORM crm_tell_words(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;

-- A customer is shared: whoever gives them another name is heard by the teams that they do not see.
CREATE FUNCTION crm_customer_was_renamed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'crm_organization' THEN
        UPDATE teams_findable SET words = kring_lexemes(format('o%s ', team_id), NEW.name)
        WHERE kind = 'o' AND subject_id = NEW.id;
        PERFORM crm_tell_words(ARRAY(SELECT id FROM crm_deal WHERE organization_id = NEW.id));
    ELSE
        PERFORM crm_tell_words(ARRAY(SELECT id FROM crm_deal WHERE contact_id = NEW.id));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER words_told AFTER INSERT ON crm_deal
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION crm_deals_were_added();
CREATE TRIGGER words_changed
    AFTER UPDATE OF title, organization_id, contact_id, deleted_at ON crm_deal
    FOR EACH ROW WHEN ((OLD.title, OLD.organization_id, OLD.contact_id, OLD.deleted_at)
        IS DISTINCT FROM (NEW.title, NEW.organization_id, NEW.contact_id, NEW.deleted_at))
    EXECUTE FUNCTION crm_deal_was_changed();
CREATE TRIGGER words_forgotten AFTER DELETE ON crm_deal
    FOR EACH ROW EXECUTE FUNCTION kring_forget_words('d');

CREATE TRIGGER words_changed AFTER UPDATE OF name ON crm_organization
    FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION crm_customer_was_renamed();
CREATE TRIGGER words_changed AFTER UPDATE OF name ON crm_contact
    FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION crm_customer_was_renamed();

CREATE TRIGGER words_told AFTER INSERT OR UPDATE OF subject, text, removed_at ON crm_interaction
    FOR EACH ROW EXECUTE FUNCTION kring_tell_words('i', 'subject', 'text');
CREATE TRIGGER words_forgotten AFTER DELETE ON crm_interaction
    FOR EACH ROW EXECUTE FUNCTION kring_forget_words('i');

CREATE TRIGGER words_told AFTER INSERT OR UPDATE OF title, outcome_note, dropped_at ON crm_activity
    FOR EACH ROW EXECUTE FUNCTION kring_tell_words('a', 'title', 'outcome_note');
CREATE TRIGGER words_forgotten AFTER DELETE ON crm_activity
    FOR EACH ROW EXECUTE FUNCTION kring_forget_words('a');
"""

FILL = """
SELECT crm_tell_words(ARRAY(SELECT id FROM crm_deal));
INSERT INTO teams_findable (team_id, kind, subject_id, words)
SELECT team_id, 'i', id, kring_lexemes(format('i%s ', team_id), concat_ws(' ', subject, text))
FROM crm_interaction WHERE removed_at IS NULL;
INSERT INTO teams_findable (team_id, kind, subject_id, words)
SELECT team_id, 'a', id, kring_lexemes(format('a%s ', team_id), concat_ws(' ', title, outcome_note))
FROM crm_activity WHERE dropped_at IS NULL;
"""

FORGET = """
DROP TRIGGER words_forgotten ON crm_activity;
DROP TRIGGER words_told ON crm_activity;
DROP TRIGGER words_forgotten ON crm_interaction;
DROP TRIGGER words_told ON crm_interaction;
DROP TRIGGER words_changed ON crm_contact;
DROP TRIGGER words_changed ON crm_organization;
DROP TRIGGER words_forgotten ON crm_deal;
DROP TRIGGER words_changed ON crm_deal;
DROP TRIGGER words_told ON crm_deal;
DROP FUNCTION crm_customer_was_renamed();
DROP FUNCTION crm_deal_was_changed();
DROP FUNCTION crm_deals_were_added();
DROP FUNCTION crm_tell_words(bigint[]);
DELETE FROM teams_findable WHERE kind IN ('d', 'o', 'i', 'a');
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0018_ways_to_reach_customers"), ("teams", "0011_findable")]

    operations = [migrations.RunSQL(TELLER + LISTENERS + FILL, FORGET)]
