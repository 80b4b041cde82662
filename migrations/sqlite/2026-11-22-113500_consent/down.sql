DROP TABLE client_consent;
