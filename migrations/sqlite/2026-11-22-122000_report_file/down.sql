DROP INDEX voucher_number;
CREATE INDEX voucher_month ON voucher (book_id, posting_month);
DROP TABLE report_file;
DROP TABLE report_job;
