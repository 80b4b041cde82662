//! The shared vocabulary: labels that stand on more than one page, in both languages.
//!
//! The Chinese wording is the office's own and is exact: 户数 and 户次, 授信 and 用信, 退回修改 and 撤回 are different
//! things, and a reader acts on the difference. A wording used on one page only stays on that page.

use super::text::Text;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $zh:literal, $en:literal;)+) => {
        $($(#[$doc])* #[doc = concat!($zh, " (", $en, ").")] pub const $name: Text = Text::new($zh, $en);)+

        /// Every word of the vocabulary, so that a test can read them all.
        #[cfg(test)]
        const ALL: &[Text] = &[$($name,)+];
    };
}

// The name of the house.
words! {
    PRODUCT_NAME = "村信", "Cunxin";
    DEMONSTRATION_DATA = "演示数据", "Demonstration data";

    // The stages of credit. Four different numbers, never inferred from one another.
    PREAPPROVAL = "预授信", "Pre-approval";
    GRANT = "授信", "Grant";
    SIGNING = "签约", "Signing";
    DRAWING = "用信", "Drawn";
    NEW_GRANTS_THIS_MONTH = "新增授信（本月）", "New grants (this month)";
    GRANTED_LIMIT_AT_END = "有效授信额度（期末）", "Granted limits in force (at end)";
    AVAILABLE = "可用额度", "Available";

    // The states of a record.
    PENDING = "待审核", "Pending review";
    POSTED = "已入账", "Posted";
    RETURN_FOR_CHANGE = "退回修改", "Returned for change";
    WITHDRAW = "撤回", "Withdraw";
    WITHDRAWN = "已撤回", "Withdrawn";
    REVERSE = "冲销", "Reverse";
    REVERSED = "已冲销", "Reversed";
    RED_REVERSAL = "红字冲销", "Reversal";
    KEPT_ON_DEVICE = "存于本机，未上报", "Kept on this device, not yet sent";
    APPROVE = "通过", "Approve";
    APPROVED = "已通过", "Approved";
    RETURN = "退回", "Return";
    SUBMIT = "提交", "Submit";
    SUBMITTED = "已提交", "Submitted";
    HELD = "暂挂", "On hold";
    LATE_POSTING = "补录", "Late posting";
    FIRST_CHECK = "初审", "First check";
    REVIEW = "审核", "Review";

    // In the field there is no accounting.
    RECORD = "记录", "Record";
    CORRECT = "更正", "Correct";
    RECEIVED = "已收到", "Received";
    RECEIPT_NUMBER = "回执号", "Receipt number";

    // At the desk.
    BOOK = "账套", "Book";
    VOUCHER = "凭证", "Voucher";
    VOUCHER_NUMBER = "凭证号", "Voucher number";
    ENTRY = "分录", "Entry";
    BUSINESS_DATE = "业务日期", "Business date";
    POSTING_MONTH = "入账月份", "Posting month";
    MAKER = "制单人", "Made by";
    REVIEWER = "审核人", "Reviewed by";
    REASON = "原因", "Reason";
    NOTE = "备注", "Note";
    SUMMARY = "摘要", "Summary";
    AMOUNT = "金额", "Amount";
    MEASURE = "指标", "Measure";
    PERIOD = "期间", "Period";
    DATE = "日期", "Date";
    STATUS = "状态", "Status";

    // Closing the month.
    CLOSE_MONTH = "关账（锁定本月）", "Close (lock the month)";
    CLOSED = "已关账", "Closed";
    OPEN = "未关账", "Open";
    REOPEN = "重开", "Reopen";
    EDITION = "版次", "Edition";
    FIRST_EDITION = "第1版", "Edition 1";
    NOT_REPORTED = "未报", "Not reported";
    NIL_REPORT = "零报", "Nil report";

    // Columns of reports.
    THIS_MONTH = "本月", "This month";
    YEAR_TO_DATE = "本年累计", "Year to date";
    AT_END = "期末", "At end";
    PREVIOUS_MONTH_END = "上月末", "End of last month";
    YEAR_START = "年初", "Start of year";
    ON_PREVIOUS_MONTH = "比上月", "On last month";
    ON_YEAR_START = "比年初", "On start of year";
    YEAR_ON_YEAR = "同比", "On last year";
    YEAR_AGO = "上年同期", "Same period last year";
    TOTAL = "合计", "Total";
    SUBTOTAL = "小计", "Subtotal";
    OF_WHICH = "其中", "Of which";
    OTHER = "其他", "Other";
    UNDETERMINED_VILLAGE = "未定村", "Village undetermined";
    UNIT = "单位", "Unit";
    NO_BASE = "—", "—";
    FOR_THE_PUBLIC = "对外", "Public";
    FOR_STAFF = "内部", "Internal";

    // Measures that are easily taken for one another.
    HOUSEHOLDS_DISTINCT = "户数（去重）", "Households (distinct)";
    HOUSEHOLD_VISITS = "户次", "Household visits";
    RISK_COVER = "风险保障（新保保额）", "Risk cover (sum insured of new policies)";
    SUM_INSURED_IN_FORCE = "有效保额", "Sum insured in force";
    PAYOUT_PAID = "赔付支出（已付）", "Payouts (paid)";
    CLAIMS_OPEN = "未决", "Open claims";
    PREMIUM = "保费", "Premium";
    BALANCE = "余额", "Balance";
    LOAN_BALANCE = "贷款余额", "Loan balance";
    OVERDUE = "逾期", "Overdue";
    NONPERFORMING = "不良", "Non-performing";
    PRINCIPAL = "本金", "Principal";
    INTEREST = "利息", "Interest";
    PENALTY_INTEREST = "罚息", "Penalty interest";

    // Places.
    REGION = "行政单位", "Region";
    PROVINCE = "省", "Province";
    CITY = "市", "City";
    COUNTY = "县（市、区）", "County";
    TOWN = "镇（街道）", "Town";
    VILLAGE = "村（居）", "Village";
    ADMINISTRATIVE_VILLAGE = "行政村", "Administrative village";
    HAMLET = "自然村", "Hamlet";

    // People and institutions.
    INSTITUTION = "机构", "Institution";
    BANK = "银行", "Bank";
    INSURER = "保险公司", "Insurer";
    PRODUCT = "产品", "Product";
    INSURANCE_PRODUCT = "险种", "Insurance product";
    INDUSTRY = "产业", "Industry";
    SPECIALIST = "特派员", "Specialist";
    NOT_STATED = "其他（未指明）", "Other (not stated)";
    ASSIGNMENT = "派驻", "Posting";
    CLIENT = "主体", "Client";
    HOUSEHOLD = "农户", "Household";
    FAMILY_FARM = "家庭农场", "Family farm";
    COOPERATIVE = "合作社", "Cooperative";
    FIRM = "企业", "Firm";
    USER = "用户", "User";

    // What is recorded.
    CREDIT_LINE = "授信额度", "Credit line";
    LOAN = "贷款", "Loan";
    LOAN_NOTE = "借据", "Loan note";
    DISBURSEMENT = "放款", "Disbursement";
    REPAYMENT = "还款", "Repayment";
    POLICY = "保单", "Policy";
    CLAIM = "理赔", "Claim";
    VISIT = "走访", "Visit";
    TALK = "宣讲", "Talk";
    SERVICE_POINT = "服务点", "Service point";
    DESIGNATION = "评定", "Designation";

    // Units.
    YUAN = "元", "yuan";
    WAN_YUAN = "万元", "10,000 yuan";
    YI_YUAN = "亿元", "100 million yuan";
    HOUSEHOLDS = "户", "households";
    VILLAGES = "村", "villages";
    PERSONS = "人", "persons";
    LOANS = "笔", "loans";
    POLICIES = "件", "policies";
    ITEMS = "个", "items";
    MU = "亩", "mu";

    // Things to press.
    SAVE = "保存", "Save";
    CANCEL = "取消", "Cancel";
    CONFIRM = "确认", "Confirm";
    BACK = "返回", "Back";
    SEARCH = "查找", "Search";
    FILTER = "筛选", "Filter";
    DOWNLOAD = "下载", "Download";
    PRINT = "打印", "Print";
    ADD = "新增", "Add";
    DETAILS = "明细", "Details";
    NEXT_PAGE = "下一页", "Next page";
    PREVIOUS_PAGE = "上一页", "Previous page";
    YES = "是", "Yes";
    NO = "否", "No";
    NONE = "无", "None";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_that_must_be_exactly_right() {
        let exact = [
            (PREAPPROVAL, "预授信"),
            (GRANT, "授信"),
            (SIGNING, "签约"),
            (DRAWING, "用信"),
            (NEW_GRANTS_THIS_MONTH, "新增授信（本月）"),
            (GRANTED_LIMIT_AT_END, "有效授信额度（期末）"),
            (PENDING, "待审核"),
            (POSTED, "已入账"),
            (KEPT_ON_DEVICE, "存于本机，未上报"),
            (WITHDRAW, "撤回"),
            (RETURN_FOR_CHANGE, "退回修改"),
            (REVERSE, "冲销"),
            (BUSINESS_DATE, "业务日期"),
            (POSTING_MONTH, "入账月份"),
            (NOT_REPORTED, "未报"),
            (NIL_REPORT, "零报"),
            (CLOSE_MONTH, "关账（锁定本月）"),
            (FIRST_EDITION, "第1版"),
            (LATE_POSTING, "补录"),
            (HOUSEHOLDS_DISTINCT, "户数（去重）"),
            (HOUSEHOLD_VISITS, "户次"),
            (RISK_COVER, "风险保障（新保保额）"),
            (SUM_INSURED_IN_FORCE, "有效保额"),
            (PAYOUT_PAID, "赔付支出（已付）"),
            (CLAIMS_OPEN, "未决"),
        ];
        for (word, zh) in exact {
            assert_eq!(word.zh, zh);
        }
    }

    #[test]
    fn no_two_words_share_a_chinese_wording() {
        let mut seen: Vec<_> = ALL.iter().map(|word| word.zh).collect();
        seen.sort_unstable();
        let count = seen.len();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }

    proptest! {
        #[test]
        fn every_word_is_whole_in_both_languages(at in 0..ALL.len()) {
            let word = ALL[at];
            prop_assert!(!word.zh.is_empty() && word.zh.trim() == word.zh);
            prop_assert!(!word.en.is_empty() && word.en.trim() == word.en);
            prop_assert!(word == NO_BASE || word.en.is_ascii());
        }
    }
}
