//! What a phone asks where it has no page of ours to show: each form as a value, in the order of its questions.
//!
//! Names, values and words are those of the form's own page, which judges what comes; `tests/phone_forms.rs` holds
//! the two together. What a record must be besides is written once for phones, in `assets/field/rules.js`.

use serde::Serialize;

use crate::credit::Stage;
use crate::loans::Guarantee;
use crate::register::ClientKind;
use crate::values::schedule::{DayCount, RepaymentMethod};
use crate::values::{Text, words};

/// One form.
#[derive(Clone, Debug, Serialize)]
pub struct Form {
    /// Where it is sent.
    pub door: &'static str,
    /// Which of several steps it records; travels with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'static str>,
    pub title: Text,
    /// `bank`, `insurer` or `both`.
    #[serde(rename = "for")]
    pub whose: &'static str,
    /// Among the few that have a large button on the first page.
    pub big: bool,
    pub fields: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    pub name: &'static str,
    pub label: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    pub control: Control,
    pub required: bool,
    /// Stays when the next household is recorded like the one before.
    pub carry: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What it opens with: a value, or a day as `today`, `today+12m`, `today+36m-1d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suffix: Option<Text>,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// One client of the village, or a new one.
    Client,
    /// Any of the village's clients, with a note each (`note_ID`).
    Clients,
    /// A credit line of the client.
    Line,
    Loan,
    /// A policy and a row of its list.
    PolicyPart,
    /// A reported claim.
    Claim,
    /// A disaster on record that struck the village.
    Disaster,
    Product,
    /// With its unit beside it (`NAME_unit`).
    Amount,
    Day,
    Percent,
    Number,
    Text,
    /// Several lines.
    Long,
    Telephone,
    Choice,
    /// A box to tick, sent as `yes`.
    Tick,
    /// Kept beside the record and sent after it.
    Photo,
}

/// One of several answers.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Choice {
    pub value: &'static str,
    pub label: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
}

impl Question {
    const fn new(name: &'static str, control: Control, zh: &'static str, en: &'static str) -> Question {
        Question::named(name, control, Text::new(zh, en))
    }

    const fn named(name: &'static str, control: Control, label: Text) -> Question {
        Question {
            name,
            label,
            hint: None,
            control,
            required: true,
            carry: false,
            choices: Vec::new(),
            initial: None,
            suffix: None,
        }
    }

    const fn optional(mut self) -> Question {
        self.required = false;
        self
    }

    const fn carried(mut self) -> Question {
        self.carry = true;
        self
    }

    const fn hint(mut self, zh: &'static str, en: &'static str) -> Question {
        self.hint = Some(Text::new(zh, en));
        self
    }

    const fn opens_with(mut self, value: &'static str) -> Question {
        self.initial = Some(value);
        self
    }

    const fn suffix(mut self, zh: &'static str, en: &'static str) -> Question {
        self.suffix = Some(Text::new(zh, en));
        self
    }

    fn of(mut self, choices: impl IntoIterator<Item = (&'static str, Text)>) -> Question {
        let choice = |(value, label)| Choice {
            value,
            label,
            hint: None,
        };
        self.choices = choices.into_iter().map(choice).collect();
        self
    }
}

/// The forms for a bank's people, or for an insurer's.
#[must_use]
pub fn forms(insurer: bool) -> Vec<Form> {
    let all = [
        credit(Stage::Grant),
        loan(),
        repayment(),
        report(),
        survey(),
        visit(),
        client(),
        credit(Stage::Preapproval),
        credit(Stage::Signature),
        talk(),
    ];
    let whose = if insurer { "insurer" } else { "bank" };
    all.into_iter()
        .filter(|form| form.whose == whose || form.whose == "both")
        .collect()
}

/// A form of a bank, with a large button.
fn form(door: &'static str, zh: &'static str, en: &'static str, fields: Vec<Question>) -> Form {
    Form {
        door,
        stage: None,
        title: Text::new(zh, en),
        whose: "bank",
        big: true,
        fields,
    }
}

const CLIENT: Question = Question::new("client", Control::Client, "客户", "Client");
const AMOUNT: &str = "amount";

/// When it really happened; the same for all of one sitting.
const fn day(zh: &'static str, en: &'static str) -> Question {
    Question::new("business_date", Control::Day, zh, en)
        .carried()
        .opens_with("today")
}

fn product() -> Question {
    Question::new("product", Control::Product, "产品", "Product").carried()
}

fn credit(stage: Stage) -> Form {
    let amount = Question::named(AMOUNT, Control::Amount, stage.name());
    let date = day("业务日期", "Business date").hint("实际办理的那一天", "The day it really happened");
    let (zh, en) = match stage {
        Stage::Preapproval => ("记录预授信", "Record a pre-approval"),
        Stage::Grant => ("记录授信", "Record a grant"),
        Stage::Signature => ("记录签约", "Record a signature"),
    };
    let fields = match stage {
        Stage::Signature => vec![
            Question::new("line", Control::Line, "额度", "Credit line"),
            amount,
            date,
        ],
        Stage::Preapproval | Stage::Grant => vec![
            CLIENT,
            amount,
            product(),
            date,
            Question::new("valid_from", Control::Day, "有效期起", "Valid from")
                .carried()
                .opens_with("today"),
            Question::new("valid_to", Control::Day, "有效期止", "Valid until")
                .carried()
                .opens_with("today+36m-1d"),
            limit(),
        ],
    };
    Form {
        stage: Some(stage.code()),
        big: stage == Stage::Grant,
        ..form("credit", zh, en, fields)
    }
}

fn limit() -> Question {
    let choices = vec![
        Choice {
            value: "revolving",
            label: Text::new("循环", "Revolving"),
            hint: Some(Text::new("还了可以再用", "Repaying restores it")),
        },
        Choice {
            value: "one-off",
            label: Text::new("一次性", "One-off"),
            hint: Some(Text::new("用过的部分不再恢复", "What was drawn is used up")),
        },
    ];
    Question {
        choices,
        ..Question::new("limit", Control::Choice, "额度类型", "Kind of limit")
            .carried()
            .opens_with("revolving")
    }
}

fn loan() -> Form {
    let fields = vec![
        CLIENT,
        Question::new("line", Control::Line, "额度", "Credit line").optional(),
        product(),
        Question::new(AMOUNT, Control::Amount, "放款金额", "Amount paid out"),
        Question::new("rate_percent", Control::Percent, "年利率", "Yearly rate").carried(),
        day("放款日", "Paid out on").hint("实际办理的那一天", "The day it really happened"),
        Question::new("matures_on", Control::Day, "到期日", "Matures on")
            .carried()
            .opens_with("today+12m"),
        Question::new("purpose", Control::Text, "用途", "Purpose")
            .hint("例如：购买鱼苗饲料", "For example: fry and feed")
            .carried(),
        Question::new("guarantee", Control::Choice, "担保方式", "Guarantee")
            .of(Guarantee::EVERY.map(|each| (each.code(), each.name())))
            .carried(),
        Question::new("method", Control::Choice, "还款方式", "How it is repaid")
            .of(RepaymentMethod::EVERY.map(|each| (each.code(), each.name())))
            .carried(),
        Question::new("day_count", Control::Choice, "计息方式", "How days are counted")
            .of(DayCount::EVERY.map(|each| (each.code(), each.name())))
            .carried()
            .opens_with(DayCount::Thirty360.code()),
        Question::new("note_number", Control::Text, "借据号", "Note number")
            .hint(
                "银行借据上的编号；对账、导入分类时用它找到这笔贷款",
                "As on the bank's note; reconciliation and imported classes find the loan by it",
            )
            .optional(),
        Question::new("lpr_percent", Control::Percent, "LPR", "LPR")
            .optional()
            .carried(),
        Question::new("bp", Control::Number, "加点", "Points above LPR")
            .hint(
                "1 个基点是 0.01%；减点写负数",
                "1 bp is 0.01%; with a minus below LPR",
            )
            .suffix("基点", "bp")
            .optional()
            .carried(),
    ];
    form("loan", "记录放款", "Record a loan paid out", fields)
}

fn repayment() -> Form {
    let part = |name, label| Question::named(name, Control::Amount, label).optional();
    let fields = vec![
        Question::new("loan", Control::Loan, "贷款", "Loan"),
        part(AMOUNT, words::PRINCIPAL),
        part("interest", words::INTEREST),
        part("penalty", words::PENALTY_INTEREST),
        day("还款日", "Repaid on").hint("实际办理的那一天", "The day it really happened"),
    ];
    form("repayment", "记录还款", "Record a repayment", fields)
}

fn visit() -> Form {
    let fields = vec![
        day("走访日期", "Visited on"),
        Question::new("visited", Control::Clients, "走访了哪些户", "Which households").optional(),
        Question::new(
            "unregistered",
            Control::Number,
            "未登记的户数",
            "Households not registered",
        )
        .hint("只计户次，不计入去重户数", "Counted as visits, not as households")
        .suffix("户", "households")
        .optional(),
        photo("照片", "Photos"),
    ];
    Form {
        whose: "both",
        ..form("visit", "记录走访", "Record visits", fields)
    }
}

fn talk() -> Form {
    let fields = vec![
        Question::new("topic", Control::Text, "主题", "Topic")
            .hint(
                "例如：防范电信网络诈骗",
                "For example: guarding against telephone fraud",
            )
            .carried(),
        Question::new("attendance", Control::Number, "到场人次", "Persons present").suffix("人次", "persons"),
        day("宣讲日期", "Held on"),
        photo("照片", "Photos"),
    ];
    Form {
        whose: "both",
        big: false,
        ..form("talk", "记录宣讲", "Record a talk", fields)
    }
}

fn photo(zh: &'static str, en: &'static str) -> Question {
    Question::new("photo", Control::Photo, zh, en).optional()
}

fn client() -> Form {
    let fields = vec![
        Question::new("kind", Control::Choice, "客户类别", "Kind of client")
            .of(ClientKind::EVERY.map(|kind| (kind.code(), kind.name())))
            .carried()
            .opens_with(ClientKind::Household.code()),
        Question::new("name", Control::Text, "姓名或名称", "Name"),
        Question::new(
            "number",
            Control::Text,
            "身份证号或统一社会信用代码",
            "Identity number or unified credit code",
        )
        .hint(
            "农户填户主身份证号；合作社、企业填统一社会信用代码。",
            "For a household, the head's identity number; for a cooperative or firm, its unified credit code.",
        ),
        Question::new(
            "compared",
            Control::Tick,
            "已与营业执照逐位核对，代码确实如此",
            "Compared with the licence: the code is printed like this",
        )
        .hint(
            "个别老代码校验位不符，核对无误可以登记，会记下是谁核对的。",
            "A few old codes fail the check. Compared with the licence it may be registered; who compared it is kept.",
        )
        .optional(),
        Question::new(
            "consent_on",
            Control::Day,
            "授权书签署日期",
            "Authorisation signed on",
        )
        .hint(
            "农户、农民先签个人信息授权书再登记；合作社、企业没有签的，清空日期。",
            "Households and farmers sign the authorisation for personal information first; clear the date for a cooperative or firm without one.",
        )
        .optional()
        .carried()
        .opens_with("today"),
        photo("授权书照片", "Photo of the authorisation"),
        Question::new(
            "members",
            Control::Long,
            "其他成员身份证号",
            "Other members' identity numbers",
        )
        .hint(
            "只有农户填。一行一个，或用空格、逗号隔开。填了以后，用任何一位成员的号码都能找到这一户，也不会重复登记。",
            "Only for a household: one to a line, or with spaces or commas between. Each then leads to this household, and none can be registered again.",
        )
        .optional(),
        Question::new("phone", Control::Telephone, "电话", "Phone").optional(),
        Question::new("address", Control::Text, "住址", "Address").optional(),
    ];
    Form {
        whose: "both",
        ..form("client", "登记客户", "Register a client", fields)
    }
}

/// What both steps of a claim ask at their end.
fn seen() -> [Question; 4] {
    [
        Question::new("quantity", Control::Number, "损失数量", "Quantity lost")
            .hint(
                "按险种的单位；还不知道可不填",
                "In the product's unit; may be left empty",
            )
            .optional(),
        Question::new(AMOUNT, Control::Amount, "估损金额", "Estimate").optional(),
        Question::new("note", Control::Long, "说明", "Note")
            .hint(
                "看到什么、怎样定的；不要写人名",
                "What was seen or decided; no names of persons",
            )
            .optional(),
        photo("现场照片", "Photos of the loss"),
    ]
}

fn report() -> Form {
    let mut fields = vec![
        Question::new("part", Control::PolicyPart, "保单", "Policy"),
        Question::new("claim", Control::Text, "报案号", "Claim number"),
        Question::new("loss_date", Control::Day, "出险日期", "Day of loss")
            .carried()
            .opens_with("today"),
        Question::new("cause", Control::Text, "出险原因", "Cause of loss")
            .hint(
                "如台风、强降雨、疾病死亡；不要写人名",
                "Such as typhoon, heavy rain, disease; no names of persons",
            )
            .carried(),
        Question::new("event", Control::Disaster, "灾害", "Disaster")
            .optional()
            .carried(),
        Question::new("households", Control::Number, "受灾户次", "Households hit").opens_with("1"),
        day("报案日期", "Reported on"),
    ];
    fields.extend(seen());
    Form {
        stage: Some("insurance.claim_report"),
        whose: "insurer",
        ..form("claim", "记录报案", "Report a loss", fields)
    }
}

fn survey() -> Form {
    let mut fields = vec![
        Question::new("claim", Control::Claim, "报案号", "Claim number"),
        day("查勘日期", "Surveyed on"),
    ];
    fields.extend(seen());
    Form {
        stage: Some("insurance.claim_survey"),
        whose: "insurer",
        ..form("claim", "记录查勘", "Record a survey", fields)
    }
}
