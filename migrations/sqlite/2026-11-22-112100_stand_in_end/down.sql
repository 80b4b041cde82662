DROP TABLE stand_in_end;
