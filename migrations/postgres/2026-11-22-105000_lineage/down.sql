DROP TABLE region_event_unit;
DROP TABLE region_event;
