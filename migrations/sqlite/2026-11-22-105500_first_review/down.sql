DROP TABLE stand_in;
DROP TABLE first_review;
DROP TABLE first_review_policy;
