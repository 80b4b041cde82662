DROP TABLE claim;
DROP TABLE disaster_town;
DROP TABLE disaster;
