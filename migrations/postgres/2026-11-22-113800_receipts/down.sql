DROP INDEX audit_receipt;
