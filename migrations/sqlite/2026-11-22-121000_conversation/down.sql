DROP TABLE remark_read;
DROP TABLE remark;
