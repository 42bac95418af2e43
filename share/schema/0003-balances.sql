-- Balances. What a segment grants and what expires of it follow from the terms
-- of its contract and the clock, and are computed when asked for; stored is
-- what final invoices drew. Instants are nanoseconds since 1970-01-01T00:00:00Z.

-- The commits of one version of a contract, to find them by id and name; the
-- terms of the contract are what counts.
CREATE TABLE contract_commit (
	seq INTEGER NOT NULL REFERENCES contract (seq),
	ordinal INTEGER NOT NULL CHECK (ordinal >= 0), -- place in the contract
	commit_id TEXT NOT NULL REFERENCES object (id),
	contract_id TEXT NOT NULL REFERENCES object (id),
	product_id TEXT NOT NULL REFERENCES object (id),
	name TEXT, -- NULL: it bears its product's
	PRIMARY KEY (seq, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX contract_commit_by_id ON contract_commit (commit_id, seq);
CREATE INDEX contract_commit_by_name ON contract_commit (name, commit_id);

-- What a final invoice drew from one access segment of a commit; recorded with
-- the invoice, in its run. number is the order of finalization.
CREATE TABLE ledger_entry (
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	commit_id TEXT NOT NULL REFERENCES object (id),
	segment_id TEXT NOT NULL REFERENCES object (id),
	contract_id TEXT NOT NULL REFERENCES object (id),
	customer_id TEXT NOT NULL REFERENCES object (id),
	type TEXT NOT NULL,
	at INTEGER NOT NULL,  -- instant: the end of the period, or of the segment where that is earlier
	amount TEXT NOT NULL, -- stored units of the commit, exact decimal or n/d; below zero: drawn
	invoice_id TEXT NOT NULL REFERENCES invoice (id),
	UNIQUE (invoice_id, segment_id)
) STRICT;
CREATE INDEX ledger_entry_by_commit ON ledger_entry (commit_id, number);
CREATE INDEX ledger_entry_by_contract ON ledger_entry (contract_id, number);
CREATE INDEX ledger_entry_by_customer ON ledger_entry (customer_id, number);

-- What is stored stays as it is.
CREATE TRIGGER contract_commit_no_update BEFORE UPDATE ON contract_commit BEGIN SELECT RAISE(ABORT, 'contract_commit is append-only'); END;
CREATE TRIGGER contract_commit_no_delete BEFORE DELETE ON contract_commit BEGIN SELECT RAISE(ABORT, 'contract_commit is append-only'); END;
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;

-- INSERT OR REPLACE deletes without asking the triggers above.
CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.number OR id = NEW.id OR (invoice_id = NEW.invoice_id AND segment_id = NEW.segment_id)) BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
