DROP INDEX voucher_month;
DROP TABLE reopening;
DROP TABLE edition;
DROP TABLE close_policy;
DROP TABLE close_declaration;
