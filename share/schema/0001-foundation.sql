-- Foundation: what every database has, whatever it bills.
--
-- Instants are integer nanoseconds since 1970-01-01T00:00:00Z. Ids are
-- lower-case UUID texts. Digests are SHA-256, 32 bytes. A running number counts
-- from 1 without gaps and is never used again.

-- The database itself: one row, written when the file is made.
CREATE TABLE meta (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	-- part of every derived id, so that two databases never give the same one
	database_id TEXT NOT NULL CHECK (
		database_id GLOB '????????-????-????-????-????????????'
		AND database_id NOT GLOB '*[^0-9a-f-]*'),
	created_at INTEGER NOT NULL, -- instant: the clock of the command that made it
	secret BLOB NOT NULL CHECK (length(secret) = 32) -- keys hashes of foreign texts
) STRICT;

CREATE TRIGGER meta_keep BEFORE UPDATE ON meta
BEGIN SELECT RAISE(ABORT, 'meta is never changed'); END;

CREATE TRIGGER meta_stay BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'meta is never deleted'); END;

-- One change of the configuration. seq is the running number of all
-- configuration: the rows that a change stored bear it, and a reader as of a
-- number sees those up to it.
CREATE TABLE audit_log (
	seq INTEGER PRIMARY KEY CHECK (seq > 0),
	recorded_at INTEGER NOT NULL, -- instant: the clock, or the last one where the clock went back
	tool TEXT NOT NULL CHECK (tool <> ''), -- 'mtr-metric'
	verb TEXT NOT NULL,                    -- 'create'; '' for a tool with one job
	kind TEXT NOT NULL CHECK (kind <> ''), -- the noun: 'metric'
	object_id TEXT NOT NULL CHECK (object_id <> ''),
	before_sha256 BLOB CHECK (length(before_sha256) = 32), -- of its canonical JSON; NULL: new
	after_sha256 BLOB CHECK (length(after_sha256) = 32)    -- likewise; NULL: gone
) STRICT;

CREATE TRIGGER audit_log_order BEFORE INSERT ON audit_log
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
	OR NEW.recorded_at < (SELECT recorded_at FROM audit_log ORDER BY seq DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'audit_log grows at its end, in order of time'); END;

CREATE TRIGGER audit_log_keep BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is never changed'); END;

CREATE TRIGGER audit_log_stay BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is never deleted'); END;

-- One object that has an id, of whatever kind: ids are unique over all kinds.
CREATE TABLE object (
	kind TEXT NOT NULL CHECK (kind <> ''),       -- 'customer'
	number INTEGER NOT NULL CHECK (number > 0), -- running number of its kind; rises, may leave gaps
	id TEXT NOT NULL UNIQUE CHECK (
		id GLOB '????????-????-????-????-????????????'
		AND id NOT GLOB '*[^0-9a-f-]*'),
	seq INTEGER NOT NULL CHECK (seq > 0),        -- audit_log: the change it came with
	PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER object_keep BEFORE UPDATE ON object
BEGIN SELECT RAISE(ABORT, 'object is never changed'); END;

CREATE TRIGGER object_stay BEFORE DELETE ON object
BEGIN SELECT RAISE(ABORT, 'object is never deleted'); END;
