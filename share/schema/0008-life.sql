-- What happens to contracts and invoices over their life.

-- One version of a package: a contract without customer and dates. uniqueness_key serves one
-- package for ever.
CREATE TABLE package (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	name TEXT NOT NULL CHECK (length(name) >= 1),
	uniqueness_key TEXT,
	created_at INTEGER NOT NULL,
	archived_at INTEGER,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX package_by_id ON package (id, seq);
CREATE INDEX package_by_name ON package (name, id);
CREATE INDEX package_by_uniqueness_key ON package (uniqueness_key);

-- The aliases of one version of a package. assigned_seq is the version that first had it.
CREATE TABLE package_alias (
	seq INTEGER NOT NULL REFERENCES package (seq),
	ordinal INTEGER NOT NULL,
	package_id TEXT NOT NULL,
	name TEXT NOT NULL,
	starting_at INTEGER,   -- NULL: from ever
	ending_before INTEGER, -- NULL: for ever
	assigned_seq INTEGER NOT NULL,
	PRIMARY KEY (seq, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_alias_by_name ON package_alias (name, assigned_seq);

-- The package that a contract was made of; the same in all its versions.
ALTER TABLE contract ADD COLUMN package_id TEXT REFERENCES object (id);
CREATE INDEX contract_by_package ON contract (package_id, seq) WHERE package_id IS NOT NULL;

CREATE TRIGGER package_no_update BEFORE UPDATE ON package BEGIN SELECT RAISE(ABORT, 'package is append-only'); END;
CREATE TRIGGER package_no_delete BEFORE DELETE ON package BEGIN SELECT RAISE(ABORT, 'package is append-only'); END;
CREATE TRIGGER package_no_replace BEFORE INSERT ON package WHEN EXISTS (SELECT 1 FROM package WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'package is append-only'); END;
CREATE TRIGGER package_alias_no_update BEFORE UPDATE ON package_alias BEGIN SELECT RAISE(ABORT, 'package_alias is append-only'); END;
CREATE TRIGGER package_alias_no_delete BEFORE DELETE ON package_alias BEGIN SELECT RAISE(ABORT, 'package_alias is append-only'); END;
CREATE TRIGGER package_alias_no_replace BEFORE INSERT ON package_alias WHEN EXISTS (SELECT 1 FROM package_alias WHERE seq = NEW.seq AND ordinal = NEW.ordinal) BEGIN SELECT RAISE(ABORT, 'package_alias is append-only'); END;

-- An invoice that is void. Its row, its number and its document stay as they are; readers
-- show the status from here. What it took from balances comes back in entries of its own.
CREATE TABLE invoice_void (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	invoice_id TEXT NOT NULL UNIQUE REFERENCES invoice (id),
	voided_at INTEGER NOT NULL, -- the clock of the command
	reason TEXT
) STRICT;

-- The invoice that was made anew for a void one.
CREATE TABLE invoice_regeneration (
	invoice_id TEXT PRIMARY KEY REFERENCES invoice (id),
	from_id TEXT NOT NULL UNIQUE REFERENCES invoice_void (invoice_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER invoice_void_no_update BEFORE UPDATE ON invoice_void BEGIN SELECT RAISE(ABORT, 'invoice_void is append-only'); END;
CREATE TRIGGER invoice_void_no_delete BEFORE DELETE ON invoice_void BEGIN SELECT RAISE(ABORT, 'invoice_void is append-only'); END;
CREATE TRIGGER invoice_void_no_replace BEFORE INSERT ON invoice_void WHEN EXISTS (SELECT 1 FROM invoice_void WHERE seq = NEW.seq OR invoice_id = NEW.invoice_id) BEGIN SELECT RAISE(ABORT, 'invoice_void is append-only'); END;
CREATE TRIGGER invoice_regeneration_no_update BEFORE UPDATE ON invoice_regeneration BEGIN SELECT RAISE(ABORT, 'invoice_regeneration is append-only'); END;
CREATE TRIGGER invoice_regeneration_no_delete BEFORE DELETE ON invoice_regeneration BEGIN SELECT RAISE(ABORT, 'invoice_regeneration is append-only'); END;
CREATE TRIGGER invoice_regeneration_no_replace BEFORE INSERT ON invoice_regeneration WHEN EXISTS (SELECT 1 FROM invoice_regeneration WHERE invoice_id = NEW.invoice_id OR from_id = NEW.from_id) BEGIN SELECT RAISE(ABORT, 'invoice_regeneration is append-only'); END;

-- Beside what an invoice took from a segment stands what came back when it was voided.
ALTER TABLE ledger_entry RENAME TO ledger_entry_before;

-- An entry of a balance that does not follow from its terms: what a final invoice
-- drew or billed, recorded with it in its run, what came back of that, or a manual
-- entry, recorded with its change. number is the order of recording.
CREATE TABLE ledger_entry (
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	commit_id TEXT NOT NULL, -- or credit
	segment_id TEXT NOT NULL,
	contract_id TEXT REFERENCES object (id), -- of the invoice, or of the balance; NULL: manual, of a customer
	customer_id TEXT NOT NULL REFERENCES object (id),
	type TEXT NOT NULL,
	at INTEGER NOT NULL,  -- instant
	amount TEXT NOT NULL, -- stored units of the commit, exact decimal or n/d; below zero: taken
	invoice_id TEXT REFERENCES invoice (id), -- NULL: manual
	seq INTEGER REFERENCES audit_log (seq),  -- of a manual entry
	reason TEXT,
	CHECK ((invoice_id IS NULL) = (seq IS NOT NULL)),
	CHECK ((seq IS NULL) = (reason IS NULL)),
	UNIQUE (invoice_id, segment_id, type)
) STRICT;

INSERT INTO ledger_entry (number, id, commit_id, segment_id, contract_id, customer_id, type, at, amount, invoice_id, seq, reason)
	SELECT number, id, commit_id, segment_id, contract_id, customer_id, type, at, amount, invoice_id, seq, reason
	FROM ledger_entry_before ORDER BY number;

DROP TABLE ledger_entry_before;

CREATE INDEX ledger_entry_by_commit ON ledger_entry (commit_id, number);
CREATE INDEX ledger_entry_by_contract ON ledger_entry (contract_id, number);
CREATE INDEX ledger_entry_by_customer ON ledger_entry (customer_id, number);

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.number) OR EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM ledger_entry WHERE invoice_id = NEW.invoice_id AND segment_id = NEW.segment_id AND type = NEW.type) BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
