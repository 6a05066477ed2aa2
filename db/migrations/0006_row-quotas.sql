-- Limits of rows per user that hold under concurrent writers. A statement that inserts rows calls `require_room` in the
-- same statement: the lock makes writers of one user wait for each other, and each query inside the function has a
-- snapshot of its own, so a count made after the wait includes what the writer before has committed.
CREATE FUNCTION require_within(kind text, rows bigint, most integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF rows > most THEN
    RAISE EXCEPTION 'quota exceeded' USING ERRCODE = 'GF001', CONSTRAINT = kind;
  END IF;
  RETURN true;
END $$;
--> statement-breakpoint
CREATE FUNCTION require_room(owner text, kind text, most integer, added integer DEFAULT 1) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  held bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('room:' || kind || ':' || owner, 0));
  CASE kind
    WHEN 'todos' THEN SELECT count(*) INTO held FROM todo WHERE user_id = owner;
    WHEN 'conversations' THEN SELECT count(*) INTO held FROM conversation WHERE user_id = owner;
    WHEN 'messages' THEN SELECT coalesce(sum(last_seq), 0) INTO held FROM conversation WHERE user_id = owner;
    WHEN 'shares' THEN SELECT count(*) INTO held FROM shared_conversation WHERE user_id = owner;
    WHEN 'keys' THEN SELECT count(*) INTO held FROM apikey WHERE reference_id = owner;
  END CASE;
  RETURN require_within(kind, held + added, most);
END $$;
--> statement-breakpoint
-- better-auth inserts keys by its own statement. The number is `maxKeysPerUser`; a test compares the two.
CREATE FUNCTION require_room_for_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM require_room(NEW.reference_id, 'keys', 20);
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER apikey_quota BEFORE INSERT ON apikey FOR EACH ROW EXECUTE FUNCTION require_room_for_key();
