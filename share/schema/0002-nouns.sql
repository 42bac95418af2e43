-- The nouns. Configuration is append-only: a row is one version of an object,
-- seq its running number (audit_log), and the row with the greatest seq of an
-- id is what holds now. terms is the canonical JSON of what has no column of
-- its own. Instants are nanoseconds since 1970-01-01T00:00:00Z.

-- One version of a customer.
CREATE TABLE customer (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	name TEXT NOT NULL CHECK (length(name) >= 1),
	created_at INTEGER NOT NULL,
	archived_at INTEGER,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX customer_by_id ON customer (id, seq);
CREATE INDEX customer_by_name ON customer (name, id);

-- The ingest aliases of one version of a customer.
CREATE TABLE customer_alias (
	alias TEXT NOT NULL,
	seq INTEGER NOT NULL REFERENCES customer (seq),
	customer_id TEXT NOT NULL,
	PRIMARY KEY (alias, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_alias_by_seq ON customer_alias (seq);

-- One version of a billable metric.
CREATE TABLE metric (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	name TEXT NOT NULL CHECK (length(name) >= 1),
	created_at INTEGER NOT NULL,
	archived_at INTEGER,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX metric_by_id ON metric (id, seq);
CREATE INDEX metric_by_name ON metric (name, id);

-- A product: what never changes, and whether it is archived.
CREATE TABLE product (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	type TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	archived_at INTEGER
) STRICT;
CREATE INDEX product_by_id ON product (id, seq);

-- One dated version of a product's terms; it holds only the fields it sets.
CREATE TABLE product_version (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	product_id TEXT NOT NULL REFERENCES object (id),
	starting_at INTEGER, -- NULL: the initial version
	name TEXT,           -- NULL: this version does not set it
	created_at INTEGER NOT NULL,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX product_version_by_product ON product_version (product_id, seq);
CREATE INDEX product_version_by_name ON product_version (name, product_id);

-- One version of a rate card.
CREATE TABLE rate_card (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	name TEXT NOT NULL CHECK (length(name) >= 1),
	created_at INTEGER NOT NULL,
	archived_at INTEGER,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX rate_card_by_id ON rate_card (id, seq);
CREATE INDEX rate_card_by_name ON rate_card (name, id);

-- One alias of one version of a rate card. assigned_seq is the running number
-- of the change that first assigned it: of two cards the later assignment wins
-- from its start on.
CREATE TABLE rate_card_alias (
	seq INTEGER NOT NULL REFERENCES rate_card (seq),
	ordinal INTEGER NOT NULL,
	rate_card_id TEXT NOT NULL,
	name TEXT NOT NULL,
	starting_at INTEGER,   -- NULL: from ever
	ending_before INTEGER, -- NULL: for ever
	assigned_seq INTEGER NOT NULL,
	PRIMARY KEY (seq, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX rate_card_alias_by_name ON rate_card_alias (name, assigned_seq);

-- A rate. Rates are never changed: a later one takes over.
CREATE TABLE rate (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL UNIQUE REFERENCES object (id),
	rate_card_id TEXT NOT NULL REFERENCES object (id),
	product_id TEXT NOT NULL REFERENCES object (id),
	starting_at INTEGER NOT NULL,
	ending_before INTEGER CHECK (ending_before > starting_at),
	created_at INTEGER NOT NULL,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX rate_by_card ON rate (rate_card_id, product_id, seq);

-- One version of a contract.
CREATE TABLE contract (
	seq INTEGER PRIMARY KEY REFERENCES audit_log (seq),
	id TEXT NOT NULL REFERENCES object (id),
	customer_id TEXT NOT NULL REFERENCES object (id),
	name TEXT,
	starting_at INTEGER NOT NULL,
	ending_before INTEGER CHECK (ending_before > starting_at),
	rate_card_id TEXT REFERENCES object (id),
	uniqueness_key TEXT,
	created_at INTEGER NOT NULL,
	archived_at INTEGER,
	terms TEXT NOT NULL CHECK (substr(terms, 1, 1) = '{')
) STRICT;
CREATE INDEX contract_by_id ON contract (id, seq);
CREATE INDEX contract_by_customer ON contract (customer_id, seq);
CREATE INDEX contract_by_name ON contract (name, id);
CREATE INDEX contract_by_uniqueness_key ON contract (uniqueness_key);

-- One durable batch of events; ids rise, recorded_at never falls.
CREATE TABLE batch (
	id INTEGER PRIMARY KEY,
	recorded_at INTEGER NOT NULL,
	accepted INTEGER NOT NULL CHECK (accepted >= 0),
	duplicate INTEGER NOT NULL CHECK (duplicate >= 0),
	conflict INTEGER NOT NULL CHECK (conflict >= 0),
	rejected INTEGER NOT NULL CHECK (rejected >= 0)
) STRICT;

-- One accepted event. properties is a JSON object as it came, number literals untouched.
CREATE TABLE event (
	seq INTEGER PRIMARY KEY,
	batch INTEGER NOT NULL, -- batch.id; that row follows in the same transaction, when its counts are known
	transaction_id TEXT NOT NULL UNIQUE,
	customer_key TEXT NOT NULL,
	event_type TEXT NOT NULL,
	timestamp INTEGER NOT NULL,
	properties TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_time ON event (timestamp);

-- One run of mtr-invoice that finalized something.
CREATE TABLE run (
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE REFERENCES object (id),
	recorded_at INTEGER NOT NULL,
	now INTEGER NOT NULL -- the clock of the run
) STRICT;

-- A finalized invoice, whole. number is the order of finalization.
CREATE TABLE invoice (
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	run_id TEXT NOT NULL REFERENCES run (id),
	series TEXT NOT NULL,
	series_number INTEGER NOT NULL CHECK (series_number >= 1),
	invoice_number TEXT NOT NULL UNIQUE,
	type TEXT NOT NULL,
	customer_id TEXT NOT NULL REFERENCES object (id),
	contract_id TEXT NOT NULL REFERENCES object (id),
	currency TEXT NOT NULL,
	starting_at INTEGER,
	ending_before INTEGER,
	issued_at INTEGER NOT NULL,
	finalized_at INTEGER NOT NULL,
	total TEXT NOT NULL,      -- stored units, exact decimal or n/d
	amount_due TEXT NOT NULL, -- stored units
	document TEXT NOT NULL CHECK (substr(document, 1, 1) = '{'),
	digest BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of document
	UNIQUE (series, series_number)
) STRICT;
CREATE INDEX invoice_by_customer ON invoice (customer_id, number);
CREATE INDEX invoice_by_contract ON invoice (contract_id, number);
CREATE INDEX invoice_by_run ON invoice (run_id, number);

-- A line of a finalized invoice, for queries; the document is what counts.
CREATE TABLE invoice_line (
	invoice_id TEXT NOT NULL REFERENCES invoice (id),
	ordinal INTEGER NOT NULL,
	id TEXT NOT NULL UNIQUE,
	type TEXT NOT NULL,
	product_id TEXT NOT NULL,
	quantity TEXT NOT NULL,   -- exact decimal or n/d, likewise the next two
	unit_price TEXT NOT NULL, -- stored units
	total TEXT NOT NULL,      -- stored units
	starting_at INTEGER,
	ending_before INTEGER,
	PRIMARY KEY (invoice_id, ordinal)
) STRICT, WITHOUT ROWID;

-- What is stored stays as it is.
CREATE TRIGGER customer_no_update BEFORE UPDATE ON customer BEGIN SELECT RAISE(ABORT, 'customer is append-only'); END;
CREATE TRIGGER customer_no_delete BEFORE DELETE ON customer BEGIN SELECT RAISE(ABORT, 'customer is append-only'); END;
CREATE TRIGGER customer_alias_no_update BEFORE UPDATE ON customer_alias BEGIN SELECT RAISE(ABORT, 'customer_alias is append-only'); END;
CREATE TRIGGER customer_alias_no_delete BEFORE DELETE ON customer_alias BEGIN SELECT RAISE(ABORT, 'customer_alias is append-only'); END;
CREATE TRIGGER metric_no_update BEFORE UPDATE ON metric BEGIN SELECT RAISE(ABORT, 'metric is append-only'); END;
CREATE TRIGGER metric_no_delete BEFORE DELETE ON metric BEGIN SELECT RAISE(ABORT, 'metric is append-only'); END;
CREATE TRIGGER product_no_update BEFORE UPDATE ON product BEGIN SELECT RAISE(ABORT, 'product is append-only'); END;
CREATE TRIGGER product_no_delete BEFORE DELETE ON product BEGIN SELECT RAISE(ABORT, 'product is append-only'); END;
CREATE TRIGGER product_version_no_update BEFORE UPDATE ON product_version BEGIN SELECT RAISE(ABORT, 'product_version is append-only'); END;
CREATE TRIGGER product_version_no_delete BEFORE DELETE ON product_version BEGIN SELECT RAISE(ABORT, 'product_version is append-only'); END;
CREATE TRIGGER rate_card_no_update BEFORE UPDATE ON rate_card BEGIN SELECT RAISE(ABORT, 'rate_card is append-only'); END;
CREATE TRIGGER rate_card_no_delete BEFORE DELETE ON rate_card BEGIN SELECT RAISE(ABORT, 'rate_card is append-only'); END;
CREATE TRIGGER rate_card_alias_no_update BEFORE UPDATE ON rate_card_alias BEGIN SELECT RAISE(ABORT, 'rate_card_alias is append-only'); END;
CREATE TRIGGER rate_card_alias_no_delete BEFORE DELETE ON rate_card_alias BEGIN SELECT RAISE(ABORT, 'rate_card_alias is append-only'); END;
CREATE TRIGGER rate_no_update BEFORE UPDATE ON rate BEGIN SELECT RAISE(ABORT, 'rate is append-only'); END;
CREATE TRIGGER rate_no_delete BEFORE DELETE ON rate BEGIN SELECT RAISE(ABORT, 'rate is append-only'); END;
CREATE TRIGGER contract_no_update BEFORE UPDATE ON contract BEGIN SELECT RAISE(ABORT, 'contract is append-only'); END;
CREATE TRIGGER contract_no_delete BEFORE DELETE ON contract BEGIN SELECT RAISE(ABORT, 'contract is append-only'); END;
CREATE TRIGGER batch_no_update BEFORE UPDATE ON batch BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END;
CREATE TRIGGER batch_no_delete BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER run_no_update BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'run is append-only'); END;
CREATE TRIGGER run_no_delete BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'run is append-only'); END;
CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice BEGIN SELECT RAISE(ABORT, 'invoice is append-only'); END;
CREATE TRIGGER invoice_no_delete BEFORE DELETE ON invoice BEGIN SELECT RAISE(ABORT, 'invoice is append-only'); END;
CREATE TRIGGER invoice_line_no_update BEFORE UPDATE ON invoice_line BEGIN SELECT RAISE(ABORT, 'invoice_line is append-only'); END;
CREATE TRIGGER invoice_line_no_delete BEFORE DELETE ON invoice_line BEGIN SELECT RAISE(ABORT, 'invoice_line is append-only'); END;

-- INSERT OR REPLACE deletes without asking the triggers above.
CREATE TRIGGER invoice_no_replace BEFORE INSERT ON invoice WHEN EXISTS (SELECT 1 FROM invoice WHERE number = NEW.number OR id = NEW.id OR invoice_number = NEW.invoice_number OR (series = NEW.series AND series_number = NEW.series_number)) BEGIN SELECT RAISE(ABORT, 'invoice is append-only'); END;
CREATE TRIGGER run_no_replace BEFORE INSERT ON run WHEN EXISTS (SELECT 1 FROM run WHERE number = NEW.number OR id = NEW.id) BEGIN SELECT RAISE(ABORT, 'run is append-only'); END;
CREATE TRIGGER invoice_line_no_replace BEFORE INSERT ON invoice_line WHEN EXISTS (SELECT 1 FROM invoice_line WHERE id = NEW.id OR (invoice_id = NEW.invoice_id AND ordinal = NEW.ordinal)) BEGIN SELECT RAISE(ABORT, 'invoice_line is append-only'); END;
CREATE TRIGGER batch_no_replace BEFORE INSERT ON batch WHEN EXISTS (SELECT 1 FROM batch WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END;
