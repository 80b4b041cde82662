//! The sentences: what is said, and of which figures.

use super::wording::{Base, compared, count, money, month_named};
use crate::reports::frame::Frame;
use crate::totals::{Answer, AnswerRow, Aspect, RowKey};
use crate::values::measure::{self, Measure, by_id};
use crate::values::rate::ratio_percent;
use crate::values::{Lang, Level, MeasureId, RegionId};

/// A figure a sentence rests on.
pub(super) struct Fact {
    pub region: RegionId,
    pub measure: &'static Measure,
    pub aspect: Aspect,
    /// Fen, or a count.
    pub value: i64,
}

/// One sentence with its figures.
pub(super) struct Sentence {
    pub text: String,
    pub facts: Vec<Fact>,
}

/// A sentence being written about one row of the answer.
struct Writing<'a> {
    answer: &'a Answer,
    region: RegionId,
    row: &'a AnswerRow,
    lang: Lang,
    text: String,
    facts: Vec<Fact>,
}

impl<'a> Writing<'a> {
    fn new(answer: &'a Answer, lang: Lang) -> Writing<'a> {
        Writing {
            answer,
            region: answer.question.region,
            row: &answer.total,
            lang,
            text: String::new(),
            facts: Vec::new(),
        }
    }

    /// Reads a figure off, and remembers that the sentence uses it.
    fn read(&mut self, id: MeasureId, aspect: Aspect) -> i64 {
        let value = self
            .answer
            .figures(self.row, id)
            .map_or(0, |figures| figures.amount(aspect));
        let known = |fact: &Fact| (fact.region, fact.measure.id, fact.aspect) == (self.region, id, aspect);
        if let Some(measure) = by_id(id).filter(|_| !self.facts.iter().any(known)) {
            self.facts.push(Fact {
                region: self.region,
                measure,
                aspect,
                value,
            });
        }
        value
    }

    fn say(&mut self, zh: &str, en: &str) {
        self.text.push_str(match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        });
    }

    fn money(&mut self, id: MeasureId, aspect: Aspect) -> String {
        money(self.read(id, aspect), self.lang)
    }

    fn count(&mut self, id: MeasureId, aspect: Aspect) -> String {
        count(self.read(id, aspect), self.lang)
    }

    /// The comparison of a figure with its base, where there is one; both are figures of the sentence then.
    fn compare(&mut self, id: MeasureId, now: Aspect, then: Aspect, base: Base) {
        let value = self.read(id, now);
        let said = compared(value, self.read(id, then), base, self.lang);
        if said.is_empty() {
            self.facts
                .retain(|fact| (fact.measure.id, fact.aspect) != (id, then));
        }
        self.text.push_str(&said);
    }

    fn done(mut self) -> Sentence {
        self.text.push_str(self.lang.t("。", "."));
        Sentence {
            text: self.text,
            facts: self.facts,
        }
    }
}

/// Everything there is to say of the month.
pub(super) fn sentences(frame: &Frame<'_>, answer: &Answer) -> Vec<Sentence> {
    let all: [fn(&Frame<'_>, &Answer) -> Option<Sentence>; 9] = [
        credit, new_grants, leading, drawn, lending, balance, cover, payouts, fieldwork,
    ];
    let mut said: Vec<Sentence> = all.into_iter().filter_map(|write| write(frame, answer)).collect();
    said.extend(services(frame, answer));
    said
}

/// `全市`, or the unit's name; `in the city`, `in Heshan`.
fn place(frame: &Frame<'_>, answer: &Answer) -> String {
    match (frame.level, frame.ask.lang) {
        (Level::City, Lang::Zh) => "全市".to_owned(),
        (Level::City, Lang::En) => "the city".to_owned(),
        (_, lang) => answer.total.name.get(lang).to_owned(),
    }
}

/// Opens a sentence about the month's end, unless the figure it is about is nought.
fn at_end<'a>(frame: &Frame<'_>, answer: &'a Answer, id: MeasureId, aspect: Aspect) -> Option<Writing<'a>> {
    let mut writing = Writing::new(answer, frame.ask.lang);
    (writing.read(id, aspect) != 0).then_some(writing)
}

fn credit(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::CREDIT_PREAPPROVED, Aspect::End)?;
    let month = month_named(frame.ask.month, frame.ask.lang);
    let place = place(frame, answer);
    let villages = it.count(measure::CREDIT_VILLAGES, Aspect::End);
    let preapproved = it.money(measure::CREDIT_PREAPPROVED, Aspect::End);
    it.say(
        &format!("截至{month}末，银行机构共对{place}{villages}条行政村授信{preapproved}（含预授信）"),
        &format!(
            "By the end of {month}, banks had extended lines of {preapproved} (pre-approvals included) to {villages} administrative villages of {place}"
        ),
    );
    it.compare(
        measure::CREDIT_PREAPPROVED,
        Aspect::End,
        Aspect::YearAgo,
        Base::YearAgo,
    );
    let households = it.count(measure::CREDIT_HOUSEHOLDS, Aspect::End);
    it.say(
        &format!("，覆盖农户{households}户"),
        &format!(", reaching {households} households"),
    );
    if it.read(measure::CREDIT_GRANTED, Aspect::End) != 0 {
        let granted = it.money(measure::CREDIT_GRANTED, Aspect::End);
        it.say(
            &format!("；其中已授信{granted}"),
            &format!("; {granted} of it had been granted"),
        );
        it.compare(
            measure::CREDIT_GRANTED,
            Aspect::End,
            Aspect::YearStart,
            Base::YearStart,
        );
    }
    Some(it.done())
}

fn new_grants(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::CREDIT_GRANTED_NEW, Aspect::Month)?;
    let month = it.money(measure::CREDIT_GRANTED_NEW, Aspect::Month);
    it.say(
        &format!("当月新增授信{month}"),
        &format!("New grants in the month came to {month}"),
    );
    it.compare(
        measure::CREDIT_GRANTED_NEW,
        Aspect::Month,
        Aspect::MonthYearAgo,
        Base::YearAgo,
    );
    let year = it.money(measure::CREDIT_GRANTED_NEW, Aspect::Year);
    it.say(
        &format!("；本年累计{year}"),
        &format!(", and to {year} in the year so far"),
    );
    it.compare(
        measure::CREDIT_GRANTED_NEW,
        Aspect::Year,
        Aspect::YearAgo,
        Base::YearAgo,
    );
    Some(it.done())
}

/// Which units one level down lead by granted limits.
fn leading(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let lang = frame.ask.lang;
    let granted = |row: &AnswerRow| {
        answer
            .figures(row, measure::CREDIT_GRANTED)
            .map_or(0, |figures| figures.amount(Aspect::End))
    };
    let mut rows: Vec<(&AnswerRow, RegionId)> = answer
        .rows
        .iter()
        .filter_map(|row| match row.key {
            RowKey::Region(region) if !row.apart && granted(row) > 0 => Some((row, region)),
            _ => None,
        })
        .collect();
    rows.sort_by_key(|(row, _)| std::cmp::Reverse(granted(row)));
    if rows.len() < 2 {
        return None;
    }
    let mut it = Writing::new(answer, lang);
    let mut named = Vec::new();
    for (row, region) in rows.into_iter().take(3) {
        (it.row, it.region) = (row, region);
        let amount = it.money(measure::CREDIT_GRANTED, Aspect::End);
        named.push(match lang {
            Lang::Zh => format!("{}（{amount}）", row.name.zh),
            Lang::En => format!("{} ({amount})", row.name.en),
        });
    }
    let listed = named.join(lang.t("、", ", "));
    it.say(
        &format!("已授信额度居前的是{listed}"),
        &format!("Granted limits were largest in {listed}"),
    );
    Some(it.done())
}

fn drawn(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::CREDIT_DRAWN, Aspect::End)?;
    let drawn = it.money(measure::CREDIT_DRAWN, Aspect::End);
    let households = it.count(measure::CREDIT_DRAWN_HOUSEHOLDS, Aspect::End);
    it.say(
        &format!("{households}户农户用信，额度项下用信余额{drawn}"),
        &format!(
            "{households} households had drawn on their lines, which with other borrowers' came to {drawn}"
        ),
    );
    it.compare(
        measure::CREDIT_DRAWN,
        Aspect::End,
        Aspect::YearStart,
        Base::YearStart,
    );
    let (drawn, granted) = (
        it.read(measure::CREDIT_DRAWN, Aspect::End),
        it.read(measure::CREDIT_GRANTED, Aspect::End),
    );
    if let Some(rate) = ratio_percent(drawn, granted) {
        it.say(
            &format!("，占已授信额度的{rate}%"),
            &format!(", {rate}% of the limits granted"),
        );
    }
    Some(it.done())
}

fn lending(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::LOAN_DISBURSED, Aspect::Year)?;
    let (year, number) = (
        it.money(measure::LOAN_DISBURSED, Aspect::Year),
        it.count(measure::LOAN_COUNT, Aspect::Year),
    );
    it.say(
        &format!("今年以来累计发放贷款{number}笔、{year}"),
        &format!("{number} loans of {year} have been disbursed this year"),
    );
    it.compare(
        measure::LOAN_DISBURSED,
        Aspect::Year,
        Aspect::YearAgo,
        Base::YearAgo,
    );
    if it.read(measure::LOAN_DISBURSED, Aspect::Month) != 0 {
        let month = it.money(measure::LOAN_DISBURSED, Aspect::Month);
        it.say(
            &format!("；其中当月{month}"),
            &format!("; {month} of it in the month"),
        );
        it.compare(
            measure::LOAN_DISBURSED,
            Aspect::Month,
            Aspect::MonthYearAgo,
            Base::YearAgo,
        );
    }
    Some(it.done())
}

fn balance(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::LOAN_BALANCE, Aspect::End)?;
    let balance = it.money(measure::LOAN_BALANCE, Aspect::End);
    it.say(
        &format!("期末贷款余额{balance}"),
        &format!("The loan balance stood at {balance}"),
    );
    it.compare(measure::LOAN_BALANCE, Aspect::End, Aspect::YearAgo, Base::YearAgo);
    let (bad, all) = (
        it.read(measure::LOAN_NONPERFORMING, Aspect::End),
        it.read(measure::LOAN_BALANCE, Aspect::End),
    );
    if let Some(rate) = ratio_percent(bad, all) {
        it.say(
            &format!("，不良贷款率{rate}%"),
            &format!(", with {rate}% of it non-performing"),
        );
    }
    Some(it.done())
}

fn cover(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::INSURANCE_SUM_INSURED, Aspect::Year)?;
    let cover = it.money(measure::INSURANCE_SUM_INSURED, Aspect::Year);
    it.say(
        &format!("今年以来，农业保险提供风险保障{cover}"),
        &format!("Agricultural insurance has provided cover of {cover} this year"),
    );
    it.compare(
        measure::INSURANCE_SUM_INSURED,
        Aspect::Year,
        Aspect::YearAgo,
        Base::YearAgo,
    );
    let (premium, farmer) = (
        it.read(measure::INSURANCE_PREMIUM, Aspect::Year),
        it.read(measure::INSURANCE_PREMIUM_FARMER, Aspect::Year),
    );
    if let Some(share) = ratio_percent(farmer, premium) {
        let (premium, farmer) = (
            it.money(measure::INSURANCE_PREMIUM, Aspect::Year),
            it.money(measure::INSURANCE_PREMIUM_FARMER, Aspect::Year),
        );
        it.say(
            &format!("；保费{premium}，其中农户自缴{farmer}，占{share}%"),
            &format!("; premiums were {premium}, of which farmers paid {farmer}, {share}%"),
        );
    }
    Some(it.done())
}

fn payouts(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::INSURANCE_PAYOUT, Aspect::Year)?;
    let paid = it.money(measure::INSURANCE_PAYOUT, Aspect::Year);
    it.say(
        &format!("今年以来已付赔款{paid}"),
        &format!("Payouts this year came to {paid}"),
    );
    it.compare(
        measure::INSURANCE_PAYOUT,
        Aspect::Year,
        Aspect::YearAgo,
        Base::YearAgo,
    );
    if it.read(measure::INSURANCE_PAID_PARTICIPATIONS, Aspect::Year) != 0 {
        let paid = it.count(measure::INSURANCE_PAID_PARTICIPATIONS, Aspect::Year);
        it.say(
            &format!("，受益{paid}户次"),
            &format!(", to {paid} participations"),
        );
    }
    if it.read(measure::INSURANCE_CLAIMS_OPEN, Aspect::End) != 0 {
        let (open, owed) = (
            it.count(measure::INSURANCE_CLAIMS_OPEN, Aspect::End),
            it.money(measure::INSURANCE_OUTSTANDING, Aspect::End),
        );
        it.say(
            &format!("；期末未决赔案{open}件、{owed}"),
            &format!("; {open} claims of {owed} were open at the end"),
        );
    }
    Some(it.done())
}

fn fieldwork(frame: &Frame<'_>, answer: &Answer) -> Option<Sentence> {
    let mut it = at_end(frame, answer, measure::FIELD_SPECIALISTS, Aspect::End)?;
    let people = it.count(measure::FIELD_SPECIALISTS, Aspect::End);
    it.say(
        &format!("期末在岗金融村官（特派员）{people}名"),
        &format!("{people} village finance specialists were in post"),
    );
    if it.read(measure::FIELD_VISITS, Aspect::Year) != 0 {
        let visits = it.count(measure::FIELD_VISITS, Aspect::Year);
        it.say(
            &format!("，今年以来走访{visits}户次"),
            &format!("; they have made {visits} visits this year"),
        );
        it.compare(
            measure::FIELD_VISITS,
            Aspect::Year,
            Aspect::YearAgo,
            Base::YearAgo,
        );
    }
    if it.read(measure::FIELD_TALKS, Aspect::Year) != 0 {
        let (talks, heard) = (
            it.count(measure::FIELD_TALKS, Aspect::Year),
            it.count(measure::FIELD_ATTENDANCE, Aspect::Year),
        );
        it.say(
            &format!("，举办宣讲{talks}场、{heard}人次"),
            &format!(", and {talks} talks attended {heard} times"),
        );
    }
    Some(it.done())
}

/// Service points, and the model towns of mobile payment.
fn services(frame: &Frame<'_>, answer: &Answer) -> Vec<Sentence> {
    let place = place(frame, answer);
    let mut said = Vec::new();
    if let Some(mut it) = at_end(frame, answer, measure::FIELD_SERVICE_POINT_VILLAGES, Aspect::End) {
        let villages = it.count(measure::FIELD_SERVICE_POINT_VILLAGES, Aspect::End);
        it.say(
            &format!("{place}{villages}条行政村设有金融服务点"),
            &format!("{villages} administrative villages of {place} had a financial service point"),
        );
        it.compare(
            measure::FIELD_SERVICE_POINT_VILLAGES,
            Aspect::End,
            Aspect::YearStart,
            Base::YearStart,
        );
        let points = it.count(measure::FIELD_SERVICE_POINTS, Aspect::End);
        it.say(
            &format!("；服务点共{points}个"),
            &format!("; there were {points} points in all"),
        );
        said.push(it.done());
    }
    if let Some(mut it) = at_end(frame, answer, measure::FIELD_DESIGNATED_TOWNS, Aspect::End) {
        let towns = it.count(measure::FIELD_DESIGNATED_TOWNS, Aspect::End);
        it.say(
            &format!("移动支付示范镇{towns}个"),
            &format!("{towns} towns were model towns of mobile payment"),
        );
        if it.read(measure::FIELD_DESIGNATED_TOWNS_NEW, Aspect::Year) > 0 {
            let new = it.count(measure::FIELD_DESIGNATED_TOWNS_NEW, Aspect::Year);
            it.say(
                &format!("，其中今年新增{new}个"),
                &format!(", {new} of them new this year"),
            );
        }
        said.push(it.done());
    }
    said
}
