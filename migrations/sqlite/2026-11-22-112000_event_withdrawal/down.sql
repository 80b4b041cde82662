DROP TABLE region_event_withdrawal;
