DROP TABLE index_trigger;
DROP TABLE observation;
DROP TABLE weather_station;
