-- The ledger takes entries of what has no row of its own: children of recurring
-- items, whose ids follow from item and period, and manual entries.

ALTER TABLE ledger_entry RENAME TO ledger_entry_before;

-- An entry of a balance that does not follow from its terms: what a final invoice
-- drew or billed, recorded with it in its run, or a manual entry, recorded with
-- its change. number is the order of recording.
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
	UNIQUE (invoice_id, segment_id)
) STRICT;

INSERT INTO ledger_entry (number, id, commit_id, segment_id, contract_id, customer_id, type, at, amount, invoice_id)
	SELECT number, id, commit_id, segment_id, contract_id, customer_id, type, at, amount, invoice_id
	FROM ledger_entry_before ORDER BY number;

DROP TABLE ledger_entry_before;

CREATE INDEX ledger_entry_by_commit ON ledger_entry (commit_id, number);
CREATE INDEX ledger_entry_by_contract ON ledger_entry (contract_id, number);
CREATE INDEX ledger_entry_by_customer ON ledger_entry (customer_id, number);

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.number OR id = NEW.id OR (invoice_id = NEW.invoice_id AND segment_id = NEW.segment_id)) BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;

-- One version of a balance that belongs to a customer: a commit or credit that
-- several contracts may draw.
CREATE TABLE customer_balance (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	customer_id TEXT NOT NULL REFERENCES object (id),
	name TEXT, -- NULL: it bears its product's
	uniqueness_key TEXT,
	created_at INTEGER NOT NULL,
	archived_at INTEGER,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX customer_balance_by_id ON customer_balance (id, seq);
CREATE INDEX customer_balance_by_name ON customer_balance (name, id);
CREATE INDEX customer_balance_by_customer ON customer_balance (customer_id, seq);
CREATE INDEX customer_balance_by_key ON customer_balance (uniqueness_key) WHERE uniqueness_key IS NOT NULL;

CREATE TRIGGER customer_balance_no_update BEFORE UPDATE ON customer_balance BEGIN SELECT RAISE(ABORT, 'customer_balance is append-only'); END;
CREATE TRIGGER customer_balance_no_delete BEFORE DELETE ON customer_balance BEGIN SELECT RAISE(ABORT, 'customer_balance is append-only'); END;
CREATE TRIGGER customer_balance_no_replace BEFORE INSERT ON customer_balance WHEN EXISTS (SELECT 1 FROM customer_balance WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'customer_balance is append-only'); END;
