-- What prices are made of beside rates.

-- One version of a custom pricing unit. A name belongs to one unit for ever: terms,
-- invoices and ledgers show it.
CREATE TABLE unit (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	name TEXT NOT NULL CHECK (length(name) >= 1),
	created_at INTEGER NOT NULL,
	archived_at INTEGER,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX unit_by_id ON unit (id, seq);
CREATE INDEX unit_by_name ON unit (name, id);

CREATE TRIGGER unit_no_update BEFORE UPDATE ON unit BEGIN SELECT RAISE(ABORT, 'unit is append-only'); END;
CREATE TRIGGER unit_no_delete BEFORE DELETE ON unit BEGIN SELECT RAISE(ABORT, 'unit is append-only'); END;
CREATE TRIGGER unit_no_replace BEFORE INSERT ON unit WHEN EXISTS (SELECT 1 FROM unit WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'unit is append-only'); END;

-- The products of a card in the order of their lines on invoices: all rows of one seq are one
-- setting of the order, and that with the greatest seq holds. Products it does not name follow.
CREATE TABLE rate_card_order (
	seq INTEGER NOT NULL REFERENCES audit_log (seq),
	position INTEGER NOT NULL CHECK (position >= 0),
	rate_card_id TEXT NOT NULL REFERENCES object (id),
	product_id TEXT NOT NULL REFERENCES object (id),
	PRIMARY KEY (seq, position),
	UNIQUE (seq, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rate_card_order_by_card ON rate_card_order (rate_card_id, seq);

CREATE TRIGGER rate_card_order_no_update BEFORE UPDATE ON rate_card_order BEGIN SELECT RAISE(ABORT, 'rate_card_order is append-only'); END;
CREATE TRIGGER rate_card_order_no_delete BEFORE DELETE ON rate_card_order BEGIN SELECT RAISE(ABORT, 'rate_card_order is append-only'); END;
CREATE TRIGGER rate_card_order_no_replace BEFORE INSERT ON rate_card_order WHEN EXISTS (SELECT 1 FROM rate_card_order WHERE seq = NEW.seq AND (position = NEW.position OR product_id = NEW.product_id)) BEGIN SELECT RAISE(ABORT, 'rate_card_order is append-only'); END;

-- Lines get their unit, and what they bill; a conversion has no product, and what is not
-- charged by the piece no unit price. Lines that are there get both from their documents.
ALTER TABLE invoice_line RENAME TO invoice_line_before;

-- A line of a final invoice; the document says the same.
CREATE TABLE invoice_line (
	invoice_id TEXT NOT NULL REFERENCES invoice (id),
	ordinal INTEGER NOT NULL,
	id TEXT NOT NULL UNIQUE,
	type TEXT NOT NULL,
	product_id TEXT,         -- NULL: of a conversion
	credit_type_id TEXT NOT NULL, -- unit of price and total: of the invoice, or a custom one
	quantity TEXT NOT NULL,  -- exact decimal or n/d, likewise the next two
	unit_price TEXT,         -- stored units; NULL: not charged by the piece
	total TEXT NOT NULL,     -- stored units
	starting_at INTEGER,
	ending_before INTEGER,
	object_id TEXT, -- the charge, commit or subscription that it bills; NULL: usage, and what balances pay
	PRIMARY KEY (invoice_id, ordinal)
) STRICT, WITHOUT ROWID;

INSERT INTO invoice_line (invoice_id, ordinal, id, type, product_id, credit_type_id, quantity, unit_price, total, starting_at, ending_before, object_id)
	SELECT l.invoice_id, l.ordinal, l.id, l.type, l.product_id, coalesce(d.credit_type_id, ''), l.quantity, l.unit_price, l.total, l.starting_at, l.ending_before,
		CASE WHEN l.type IN ('scheduled', 'commit_purchase') THEN d.object_id END
	FROM invoice_line_before l LEFT JOIN (
		SELECT i.id AS invoice_id, j.key AS ordinal, json_extract(j.value, '$.credit_type.id') AS credit_type_id,
			coalesce(json_extract(j.value, '$.scheduled_charge_id'), json_extract(j.value, '$.commit_id')) AS object_id
		FROM invoice i, json_each(i.document, '$.line_items') j) d
	ON d.invoice_id = l.invoice_id AND d.ordinal = l.ordinal
	ORDER BY l.invoice_id, l.ordinal;

DROP TABLE invoice_line_before;

CREATE TRIGGER invoice_line_no_update BEFORE UPDATE ON invoice_line BEGIN SELECT RAISE(ABORT, 'invoice_line is append-only'); END;
CREATE TRIGGER invoice_line_no_delete BEFORE DELETE ON invoice_line BEGIN SELECT RAISE(ABORT, 'invoice_line is append-only'); END;
CREATE TRIGGER invoice_line_no_replace BEFORE INSERT ON invoice_line WHEN EXISTS (SELECT 1 FROM invoice_line WHERE id = NEW.id OR (invoice_id = NEW.invoice_id AND ordinal = NEW.ordinal)) BEGIN SELECT RAISE(ABORT, 'invoice_line is append-only'); END;

-- An edit of a contract that bears a key: no other edit may bear it. seq is its version.
CREATE TABLE contract_edit (
	seq INTEGER PRIMARY KEY REFERENCES contract (seq),
	uniqueness_key TEXT NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER contract_edit_no_update BEFORE UPDATE ON contract_edit BEGIN SELECT RAISE(ABORT, 'contract_edit is append-only'); END;
CREATE TRIGGER contract_edit_no_delete BEFORE DELETE ON contract_edit BEGIN SELECT RAISE(ABORT, 'contract_edit is append-only'); END;
CREATE TRIGGER contract_edit_no_replace BEFORE INSERT ON contract_edit WHEN EXISTS (SELECT 1 FROM contract_edit WHERE seq = NEW.seq OR uniqueness_key = NEW.uniqueness_key) BEGIN SELECT RAISE(ABORT, 'contract_edit is append-only'); END;

-- One version of a request for a payment, of a threshold that fired, or of a commit that an
-- edit adds: first the request, then its answer. What does not wait is a commit at once.
CREATE TABLE recharge (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	workflow_id TEXT NOT NULL REFERENCES object (id),
	contract_id TEXT NOT NULL REFERENCES object (id),
	outcome TEXT NOT NULL CHECK (outcome IN ('open', 'paid', 'failed')),
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX recharge_by_workflow ON recharge (workflow_id, seq);
CREATE INDEX recharge_by_contract ON recharge (contract_id, seq);

CREATE TRIGGER recharge_no_update BEFORE UPDATE ON recharge BEGIN SELECT RAISE(ABORT, 'recharge is append-only'); END;
CREATE TRIGGER recharge_no_delete BEFORE DELETE ON recharge BEGIN SELECT RAISE(ABORT, 'recharge is append-only'); END;
CREATE TRIGGER recharge_no_replace BEFORE INSERT ON recharge WHEN EXISTS (SELECT 1 FROM recharge WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'recharge is append-only'); END;

-- What is inserted while a run of invoices becomes final: the same refusals as
-- before, with a look-up for each key, which is quicker than one for all of them.
DROP TRIGGER invoice_no_replace;
DROP TRIGGER invoice_line_no_replace;
DROP TRIGGER ledger_entry_no_replace;
CREATE TRIGGER invoice_no_replace BEFORE INSERT ON invoice WHEN EXISTS (SELECT 1 FROM invoice WHERE number = NEW.number) OR EXISTS (SELECT 1 FROM invoice WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM invoice WHERE invoice_number = NEW.invoice_number) OR EXISTS (SELECT 1 FROM invoice WHERE series = NEW.series AND series_number = NEW.series_number) BEGIN SELECT RAISE(ABORT, 'invoice is append-only'); END;
CREATE TRIGGER invoice_line_no_replace BEFORE INSERT ON invoice_line WHEN EXISTS (SELECT 1 FROM invoice_line WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM invoice_line WHERE invoice_id = NEW.invoice_id AND ordinal = NEW.ordinal) BEGIN SELECT RAISE(ABORT, 'invoice_line is append-only'); END;
CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.number) OR EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM ledger_entry WHERE invoice_id = NEW.invoice_id AND segment_id = NEW.segment_id) BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
