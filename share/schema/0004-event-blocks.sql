-- Events in blocks. The tables event and batch of schema 2 give way to batches
-- of columns: they are kept aside here, what is in them is brought over by the
-- program (lib/store/event_convert.c), and 0005 lets go of them.
-- Instants are nanoseconds since 1970-01-01T00:00:00Z.

DROP TRIGGER IF EXISTS event_no_update;
DROP TRIGGER IF EXISTS event_no_delete;
DROP TRIGGER IF EXISTS batch_no_update;
DROP TRIGGER IF EXISTS batch_no_delete;
DROP TRIGGER IF EXISTS batch_no_replace;
DROP INDEX IF EXISTS event_by_time;
ALTER TABLE event RENAME TO event_as_row;
ALTER TABLE batch RENAME TO batch_of_rows;

-- One durable batch of events; ids rise, recorded_at never falls.
CREATE TABLE batch (
	id INTEGER PRIMARY KEY CHECK (id > 0),
	recorded_at INTEGER NOT NULL,
	accepted INTEGER NOT NULL CHECK (accepted >= 0),
	duplicate INTEGER NOT NULL CHECK (duplicate >= 0),
	conflict INTEGER NOT NULL CHECK (conflict >= 0),
	rejected INTEGER NOT NULL CHECK (rejected >= 0),
	-- of all events stored with this batch: the sum of the 128-bit digests of
	-- their contents, whatever their order; little end first
	content BLOB NOT NULL CHECK (length(content) = 16),
	-- SHA-256 of the digest of the batch before, this row, and what came with it
	digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;

-- An event type with the names of the properties, in the order they came.
CREATE TABLE event_shape (
	id INTEGER PRIMARY KEY CHECK (id > 0), -- running number
	event_type TEXT NOT NULL,
	names TEXT NOT NULL CHECK (substr(names, 1, 1) = '['), -- JSON array of texts
	batch INTEGER NOT NULL, -- batch.id: the first that has it; that row follows in the same transaction
	UNIQUE (event_type, names)
) STRICT;

-- The customer keys of events, which blocks hold as numbers. Event types and
-- names of properties are in event_shape, other texts in the blocks themselves.
CREATE TABLE event_customer (
	number INTEGER PRIMARY KEY CHECK (number > 0), -- running number
	key TEXT NOT NULL UNIQUE,
	batch INTEGER NOT NULL -- as above
) STRICT;

-- Events of one shape, column by column: mtr-store(5), Blocks. A batch makes one
-- block for each of its shapes; eight small ones of a shape and level become one
-- later, so that a block may hold whole batches, or shares of them.
CREATE TABLE event_block (
	id INTEGER PRIMARY KEY, -- running number
	shape INTEGER NOT NULL REFERENCES event_shape (id),
	level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 5), -- by size; 5 stays as it is
	n INTEGER NOT NULL CHECK (n > 0), -- events
	t_min INTEGER NOT NULL, -- instant of the first event, and of the last
	t_max INTEGER NOT NULL CHECK (t_max >= t_min),
	batch_min INTEGER NOT NULL, -- batch.id: of the first batch in it, and of the last
	batch_max INTEGER NOT NULL CHECK (batch_max >= batch_min),
	digest BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of its columns and ids
	columns BLOB NOT NULL
) STRICT;
CREATE INDEX event_block_by_time ON event_block (shape, t_max, t_min, n);
CREATE INDEX event_block_by_batch ON event_block (batch_max, batch_min, shape, n);
CREATE INDEX event_block_by_level ON event_block (shape, level) WHERE level < 5;

-- The transaction ids of a block, in a table of their own: sums are made without
-- them, and an id is looked up without the columns.
CREATE TABLE event_ids (
	block INTEGER PRIMARY KEY REFERENCES event_block (id),
	ids BLOB NOT NULL
) STRICT;

-- How far usage is billed, which each ingest asks to tell late events.
CREATE INDEX invoice_by_usage_end ON invoice (ending_before) WHERE type = 'USAGE';

-- What is stored stays as it is. Blocks go when they become part of another.
CREATE TRIGGER batch_no_update BEFORE UPDATE ON batch BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END;
CREATE TRIGGER batch_no_delete BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END;
CREATE TRIGGER event_shape_no_update BEFORE UPDATE ON event_shape BEGIN SELECT RAISE(ABORT, 'event_shape is append-only'); END;
CREATE TRIGGER event_shape_no_delete BEFORE DELETE ON event_shape BEGIN SELECT RAISE(ABORT, 'event_shape is append-only'); END;
CREATE TRIGGER event_customer_no_update BEFORE UPDATE ON event_customer BEGIN SELECT RAISE(ABORT, 'event_customer is append-only'); END;
CREATE TRIGGER event_customer_no_delete BEFORE DELETE ON event_customer BEGIN SELECT RAISE(ABORT, 'event_customer is append-only'); END;
CREATE TRIGGER event_block_no_update BEFORE UPDATE ON event_block BEGIN SELECT RAISE(ABORT, 'event_block is never changed'); END;
CREATE TRIGGER event_ids_no_update BEFORE UPDATE ON event_ids BEGIN SELECT RAISE(ABORT, 'event_ids is never changed'); END;

-- INSERT OR REPLACE deletes without asking the triggers above.
CREATE TRIGGER batch_no_replace BEFORE INSERT ON batch WHEN EXISTS (SELECT 1 FROM batch WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END;
CREATE TRIGGER event_shape_no_replace BEFORE INSERT ON event_shape WHEN EXISTS (SELECT 1 FROM event_shape WHERE id = NEW.id OR (event_type = NEW.event_type AND names = NEW.names)) BEGIN SELECT RAISE(ABORT, 'event_shape is append-only'); END;
CREATE TRIGGER event_customer_no_replace BEFORE INSERT ON event_customer WHEN EXISTS (SELECT 1 FROM event_customer WHERE number = NEW.number OR key = NEW.key) BEGIN SELECT RAISE(ABORT, 'event_customer is append-only'); END;
CREATE TRIGGER event_block_no_replace BEFORE INSERT ON event_block WHEN EXISTS (SELECT 1 FROM event_block WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'event_block is never changed'); END;
CREATE TRIGGER event_ids_no_replace BEFORE INSERT ON event_ids WHEN EXISTS (SELECT 1 FROM event_ids WHERE block = NEW.block) BEGIN SELECT RAISE(ABORT, 'event_ids is never changed'); END;

-- Deduplication
--
-- Which transaction ids are stored: runs of entries, sorted by key, an entry
-- being a key of 16 bytes, the digest of the event's content, and its batch.

-- One run. Eight of like size are merged into one, a share in each transaction:
-- what of it is done counts for the keys up to there, the eight for the others,
-- without their segments that lie wholly below. Neither id nor k is used again.
CREATE TABLE dedup_run (
	id INTEGER PRIMARY KEY CHECK (id > 0), -- running number
	n INTEGER NOT NULL CHECK (n > 0), -- entries, when it is whole
	segments INTEGER NOT NULL CHECK (segments BETWEEN 1 AND n),
	k_min INTEGER NOT NULL CHECK (k_min > 0), -- dedup_segment.k of the first, the others follow
	done INTEGER NOT NULL CHECK (done BETWEEN 0 AND segments), -- merged so far; all: it is whole
	merged_into INTEGER -- NULL: it stands for itself
		REFERENCES dedup_run (id) CHECK (merged_into > id)
) STRICT;

-- One of the equal ranges of keys of a run: mtr-store(5), Deduplication.
CREATE TABLE dedup_segment (
	k INTEGER PRIMARY KEY CHECK (k > 0), -- running number
	filter BLOB NOT NULL, -- some bits of each key: says no to nearly all that is not there
	entries BLOB NOT NULL -- the others, digests and batches
) STRICT;
