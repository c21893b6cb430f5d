"""By which words customers are found: they are the company's, so no team writes them.

An organization is found by its name and place; a contact by the name, and by a part of an e-mail
address or a phone number. Who may be told of a contact is decided where the contact is read.
"""

from django.db import migrations

TELLERS = """
CREATE OR REPLACE FUNCTION crm_tell_words(deals bigint[]) RETURNS void LANGUAGE plpgsql AS $$
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
END $$;

CREATE FUNCTION crm_tell_organizations(organizations bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO teams_findable (kind, subject_id, words)
    SELECT 'o', id, kring_lexemes('o ', concat_ws(' ', name, location))
    FROM crm_organization WHERE id = ANY (organizations)
    ON CONFLICT (kind, subject_id, team_id) DO UPDATE SET words = excluded.words;
END $$;

CREATE FUNCTION crm_tell_contacts(contacts bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO teams_findable (kind, subject_id, words)
    SELECT 'c', contact.id, kring_lexemes('c ', contact.name) || kring_parts('c@', (
        -- What lies between two of them is as good as a part of the one before.
        SELECT string_agg(point.value_key, ' ') FROM crm_contactpoint point
        WHERE point.contact_id = contact.id AND point.removed_at IS NULL
            AND point.kind IN ('email', 'phone')
    ))
    FROM crm_contact contact WHERE contact.id = ANY (contacts)
    ON CONFLICT (kind, subject_id, team_id) DO UPDATE SET words = excluded.words;
END $$;
"""

LISTENERS = """
CREATE FUNCTION crm_customers_were_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'crm_organization' THEN
        PERFORM crm_tell_organizations(ARRAY(SELECT id FROM added));
    ELSE
        PERFORM crm_tell_contacts(ARRAY(SELECT id FROM added));
    END IF;
    RETURN NULL;
END $$;

-- Their new name is heard by the deals of teams too that whoever gave it does not see.
CREATE OR REPLACE FUNCTION crm_customer_was_renamed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'crm_organization' THEN
        PERFORM crm_tell_organizations(ARRAY[NEW.id]);
        PERFORM crm_tell_words(ARRAY(SELECT id FROM crm_deal WHERE organization_id = NEW.id));
    ELSE
        PERFORM crm_tell_contacts(ARRAY[NEW.id]);
        PERFORM crm_tell_words(ARRAY(SELECT id FROM crm_deal WHERE contact_id = NEW.id));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION crm_point_was_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM crm_tell_contacts(ARRAY[OLD.contact_id, NEW.contact_id]);
    RETURN NULL;
END $$;

CREATE FUNCTION crm_customer_was_removed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM teams_findable WHERE kind = TG_ARGV[0] AND subject_id = OLD.id;
    RETURN NULL;
END $$;

DROP TRIGGER words_changed ON crm_organization;
CREATE TRIGGER words_changed AFTER UPDATE OF name, location ON crm_organization
    FOR EACH ROW WHEN ((OLD.name, OLD.location) IS DISTINCT FROM (NEW.name, NEW.location))
    EXECUTE FUNCTION crm_customer_was_renamed();
CREATE TRIGGER words_told AFTER INSERT ON crm_organization
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION crm_customers_were_added();
CREATE TRIGGER words_forgotten AFTER DELETE ON crm_organization
    FOR EACH ROW EXECUTE FUNCTION crm_customer_was_removed('o');

CREATE TRIGGER words_told AFTER INSERT ON crm_contact
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION crm_customers_were_added();
CREATE TRIGGER words_forgotten AFTER DELETE ON crm_contact
    FOR EACH ROW EXECUTE FUNCTION crm_customer_was_removed('c');
CREATE TRIGGER words_changed AFTER INSERT OR UPDATE OR DELETE ON crm_contactpoint
    FOR EACH ROW EXECUTE FUNCTION crm_point_was_changed();
"""

FILL = """
DELETE FROM teams_findable WHERE kind = 'o';
SELECT crm_tell_organizations(ARRAY(SELECT id FROM crm_organization));
SELECT crm_tell_contacts(ARRAY(SELECT id FROM crm_contact));
"""

FORGET = """
DROP TRIGGER words_changed ON crm_contactpoint;
DROP TRIGGER words_forgotten ON crm_contact;
DROP TRIGGER words_told ON crm_contact;
DROP TRIGGER words_forgotten ON crm_organization;
DROP TRIGGER words_told ON crm_organization;
DROP FUNCTION crm_customer_was_removed();
DROP FUNCTION crm_point_was_changed();
DROP FUNCTION crm_customers_were_added();
DROP FUNCTION crm_tell_contacts(bigint[]);
DROP FUNCTION crm_tell_organizations(bigint[]);
DELETE FROM teams_findable WHERE kind IN ('o', 'c');
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0022_bulk_edits"), ("teams", "0012_words_of_the_company")]

    operations = [migrations.RunSQL(TELLERS + LISTENERS + FILL, FORGET)]
