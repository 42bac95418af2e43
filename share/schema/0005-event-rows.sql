-- The events that were rows are in blocks now.
DROP TABLE event_as_row;
DROP TABLE batch_of_rows;
