DROP TABLE record_position;
