//! What the reference expects to be refused or held, each rule said once more in other words.

use chrono::NaiveDate;

use super::cover_rules;
use super::model::{Act, Change, CreditPos, Event, Force, Line, Model, Post, Share, Stage, Standing, Step};
use super::moving;
use super::places::Depth;

/// What is expected of a voucher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The rule that refuses it.
    pub refused: Option<&'static str>,
    pub held: bool,
}

/// Whether somebody asks at submission, with what waits in mind, or at approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Sending,
    Approving,
}

/// Judges the lines of an event against a standing, which moves on with each.
pub fn expect(
    model: &Model,
    event: &Event,
    own: Option<usize>,
    asked: Asked,
    standing: &mut Standing,
) -> Expected {
    let mut expected = Expected::default();
    let before = standing.clone();
    for (line, n) in event.lines.iter().zip(1..) {
        // What stood before the whole event is what these are judged against.
        let against = if is_judged_before(line) {
            &before
        } else {
            &*standing
        };
        let refused = refused(model, event, own, asked, line, against);
        expected.held |= held(model, event, line)
            || cover_rules::held(line, event.day, against)
            || moving::held(model, event, line);
        if refused.is_none() {
            let _ = standing.take(model, n, line, event.day);
        }
        expected.refused = expected.refused.or(refused);
    }
    expected
}

fn is_judged_before(line: &Line) -> bool {
    matches!(
        line.act,
        Act::Credit { .. }
            | Act::LineEnds
            | Act::Change(_)
            | Act::Leave
            | Act::TakeUp
            | Act::Cancel { .. }
            | Act::CoverEnds { .. }
            | Act::Move(_)
    )
}

/// What the calendar brings, and postings themselves, ask for nobody in post.
fn asks_nobody(line: &Line) -> bool {
    matches!(
        line.act,
        Act::Assign
            | Act::Leave
            | Act::TakeUp
            | Act::LineEnds
            | Act::CoverEnds { .. }
            | Act::Overdue
            | Act::Move(_)
    )
}

/// Rule 11: a specialist who is not in post there on the day.
fn held(model: &Model, event: &Event, line: &Line) -> bool {
    if line.specialist == 0 || asks_nobody(line) {
        return false;
    }
    let posts = model.standing(event.book, model.log.len(), None, None).posts;
    let in_post = |post: &Post| {
        post.specialist == line.specialist
            && model.places.are_one(post.region, line.region, event.day)
            && post.holds_on(event.day)
    };
    !posts.values().any(in_post)
}

/// Rule 12: a specialist of another institution, wherever posted.
fn strange_specialist(model: &Model, line: &Line) -> bool {
    let mut known = model.specialists.iter();
    let of = known.find(|(number, _)| *number == line.specialist);
    !asks_nobody(line) && of.is_some_and(|(_, institution)| *institution != line.institution)
}

/// The village is there on the day, and the book's.
fn no_village(model: &Model, event: &Event, line: &Line) -> bool {
    no_village_at(model, event, line.region)
}

pub fn no_village_at(model: &Model, event: &Event, region: i64) -> bool {
    let county = model.places.at_depth(region, Depth::County, event.day);
    model.places.on(region, event.day).is_none() || county != Some(event.book)
}

fn refused(
    model: &Model,
    event: &Event,
    own: Option<usize>,
    asked: Asked,
    line: &Line,
    standing: &Standing,
) -> Option<&'static str> {
    // What goes on (a line, a draw, a payout) follows its contract, whose village may be no more.
    let needs_village = match &line.act {
        Act::Credit { .. } => line.contract.is_none_or(|id| !standing.credit.contains_key(&id)),
        Act::Lend { under, .. } => under.is_none(),
        Act::Insure { .. }
        | Act::Visit
        | Act::Talk { .. }
        | Act::OpenPoint
        | Act::Designate
        | Act::Assign
        | Act::TakeUp => true,
        _ => false,
    };
    if needs_village && no_village(model, event, line) || moving::nowhere(model, event, line) {
        return Some("village");
    }
    refused_wherever(model, event, own, asked, line, standing)
}

/// What refuses a line besides its village, which was right when it was posted.
fn refused_wherever(
    model: &Model,
    event: &Event,
    own: Option<usize>,
    asked: Asked,
    line: &Line,
    standing: &Standing,
) -> Option<&'static str> {
    if strange_specialist(model, line) {
        return Some("another institution's specialist");
    }
    match &line.act {
        Act::Credit { step, from, to, .. } => {
            if line.amount <= 0 || from > to || *to < event.day {
                return Some("amount or validity");
            }
            if asked == Asked::Approving && earlier_step_waits(model, event.book, own, line, *step) {
                return Some("an earlier step waits");
            }
            credit_refused(*step, line, standing)
        }
        Act::LineEnds => {
            let position = line.contract.and_then(|id| standing.credit.get(&id));
            let due = position.is_some_and(|known| {
                known.force == Force::Active
                    && known.region == line.region
                    && known.to.succ_opt() == Some(event.day)
                    && known.limits[0] == line.amount
            });
            (!due).then_some("not due")
        }
        Act::Change(change) => {
            let known = line.contract.and_then(|id| standing.credit.get(&id));
            let Some(known) = known else {
                return Some("no line");
            };
            change_refused(change, line, event.day, known)
        }
        Act::Lend { under, due } => {
            if line.amount <= 0 || *due <= event.day {
                return Some("amount or due day");
            }
            if standing.loans.contains_key(&line.contract?) {
                return Some("lent already");
            }
            under.and_then(|id| draw_refused(id, line, event.day, standing))
        }
        Act::Repay { interest, penalty } => {
            if line.amount == 0 && *interest == 0 && *penalty == 0 {
                return Some("nothing paid");
            }
            let Some(loan) = standing.loans.get(&line.contract?) else {
                return Some("no loan");
            };
            let wrong = event.day < loan.paid_out || loan.written_off > 0 || line.amount > loan.balance;
            (wrong || loan.region != line.region).then_some("too early, too much, or elsewhere")
        }
        Act::Extend { due } => {
            let Some(loan) = standing.loans.get(&line.contract?) else {
                return Some("no loan");
            };
            let over = event.day < loan.paid_out || loan.written_off > 0 || loan.balance <= 0;
            let no_later = *due <= loan.due() || *due <= event.day;
            (over || no_later || loan.region != line.region).then_some("over, no later, or elsewhere")
        }
        Act::WriteOff => {
            let Some(loan) = standing.loans.get(&line.contract?) else {
                return Some("no loan");
            };
            let over = event.day < loan.paid_out || loan.written_off > 0 || loan.balance <= 0;
            let part = line.amount != loan.balance;
            (over || part || loan.region != line.region).then_some("over, not the whole, or elsewhere")
        }
        Act::Recover => {
            let Some(loan) = standing.loans.get(&line.contract?) else {
                return Some("no loan");
            };
            let left = loan.written_off - loan.recovered;
            let wrong = event.day < loan.paid_out || line.amount <= 0 || line.amount > left;
            (wrong || loan.region != line.region).then_some("not written off, too much, or elsewhere")
        }
        Act::Classify { .. } => {
            let Some(loan) = standing.loans.get(&line.contract?) else {
                return Some("no loan");
            };
            let over = event.day < loan.paid_out || loan.written_off > 0 || loan.balance <= 0;
            (over || loan.region != line.region).then_some("too early, settled, or elsewhere")
        }
        Act::Insure { from, to, .. } => (from > to || *to < event.day).then_some("days of cover"),
        Act::Endorse { .. } | Act::Cancel { .. } | Act::Claim(_) | Act::Pay { .. } | Act::IndexPay { .. } => {
            cover_rules::refused(model, event, own, asked, line, standing)
        }
        Act::Move(_) => moving::refused(model, event, own, asked, line, standing),
        Act::Designate => {
            let again = standing.designated.values().any(|town| *town == line.region);
            again.then_some("designated already")
        }
        Act::Leave => {
            if asked == Asked::Sending && departure_waits(model, event, own) {
                return Some("another end or transfer waits");
            }
            let post = standing.posts.get(&line.contract?);
            let own = post.filter(|post| (post.specialist, post.region) == (line.specialist, line.region));
            let free = own.is_some_and(|post| post.to.is_none() && event.day > post.from);
            (!free).then_some("no posting to leave")
        }
        Act::TakeUp => {
            let there = |post: &Post| {
                (post.specialist, post.region) == (line.specialist, line.region)
                    && post.to.is_none_or(|to| to >= event.day)
            };
            standing
                .posts
                .values()
                .any(there)
                .then_some("posted there already")
        }
        Act::CoverEnds { part } => {
            let cover = standing.covers.get(&line.contract?);
            let due = cover.is_some_and(|cover| {
                let own = cover
                    .part(*part)
                    .map(|part| (part.region, part.specialist, part.sum));
                cover.in_force()
                    && cover.to.succ_opt() == Some(event.day)
                    && own == Some((line.region, line.specialist, line.amount))
            });
            (!due).then_some("no policy to end, or not as it stands")
        }
        Act::Overdue | Act::Visit | Act::Talk { .. } | Act::OpenPoint | Act::Assign => None,
    }
}

/// Another end or transfer of one of these postings waits.
fn departure_waits(model: &Model, event: &Event, own: Option<usize>) -> bool {
    let mut waiting = (0..model.events.len())
        .filter(|at| Some(*at) != own)
        .map(|at| &model.events[at]);
    waiting.any(|other| {
        let departs = other.book == event.book
            && other.stage == Stage::Waiting
            && other.reverses.is_none()
            && ["assignment.end", "assignment.transfer"].contains(&other.kind);
        let same = |line: &Line| event.lines.iter().any(|own| own.contract == line.contract);
        departs && other.lines.iter().any(same)
    })
}

fn earlier_step_waits(model: &Model, book: i64, own: Option<usize>, line: &Line, step: Step) -> bool {
    let mut waiting = model
        .events
        .iter()
        .enumerate()
        .filter(|(at, event)| {
            Some(*at) != own
                && event.book == book
                && event.stage == Stage::Waiting
                && event.reverses.is_none()
        })
        .flat_map(|(_, event)| &event.lines);
    waiting.any(|other| {
        let earlier = matches!(other.act, Act::Credit { step: known, .. } if known < step);
        earlier && other.contract == line.contract
    })
}

fn credit_refused(step: Step, line: &Line, standing: &Standing) -> Option<&'static str> {
    let known = line.contract.and_then(|id| standing.credit.get(&id));
    if known.is_some_and(|known| known.force != Force::Active || known.is_frozen()) {
        return Some("the line has ended or is frozen");
    }
    let limits = known.map_or([0; 3], |known| known.limits);
    let wrong = match step {
        Step::Preapproval => known.is_some(),
        Step::Grant => limits[1] > 0,
        Step::Signature => limits[1] <= 0 || limits[2] > 0 || line.amount > limits[1],
    };
    if wrong {
        return Some("not this step now");
    }
    let other = known.is_some_and(|known| {
        (known.client, known.region, known.institution, known.product)
            != (line.client, line.region, line.institution, line.product)
    });
    other.then_some("another contract")
}

/// What may be changed when.
fn change_refused(change: &Change, line: &Line, day: NaiveDate, known: &CreditPos) -> Option<&'static str> {
    let own = (known.client, known.region, known.institution, known.product);
    if own != (line.client, line.region, line.institution, line.product) {
        return Some("another contract");
    }
    let in_force = known.force == Force::Active;
    let fits = match change {
        Change::Adjust | Change::Terminate => in_force,
        Change::Freeze => in_force && known.limits[1] > 0 && !known.is_frozen(),
        Change::Unfreeze => in_force && known.is_frozen(),
        Change::Renew { .. } => known.force != Force::Terminated,
    };
    if !fits || day < known.changed {
        return Some("not now");
    }
    let Change::Renew { from, to } = change else {
        let same = matches!(change, Change::Adjust) && (line.amount <= 0 || line.amount == known.limit());
        return (same || day > known.to).then_some("the same limit, or past the validity");
    };
    let begins = match (known.force, from) {
        (Force::Expired, from) => from.is_some_and(|from| from > known.to && from <= *to),
        (_, from) => from.is_none_or(|from| from == known.from) && Some(day) <= known.to.succ_opt(),
    };
    (!begins || *to <= known.to || *to < day).then_some("not the next period")
}

fn draw_refused(id: usize, line: &Line, day: NaiveDate, standing: &Standing) -> Option<&'static str> {
    let Some(known) = standing.credit.get(&id).filter(|known| known.limits[1] > 0) else {
        return Some("not granted");
    };
    if (known.client, known.region, known.institution) != (line.client, line.region, line.institution) {
        return Some("another contract");
    }
    // What counts is the day of the draw, however late it is recorded.
    let terminated = known.force == Force::Terminated && day >= known.changed;
    let frozen = known
        .frozen
        .is_some_and(|(since, until)| day >= since && until.is_none_or(|until| day < until));
    if terminated || frozen || day < known.from || day > known.to {
        return Some("the line bars that day");
    }
    let coming = standing.repaying.get(&id).copied().unwrap_or(0);
    let not_yet = if known.revolving { coming } else { 0 };
    (line.amount > (known.room() - not_yet).max(0)).then_some("overdrawn")
}

/// Whether an event cannot be taken back because later ones rest on it: these are gone through once more
/// without it.
pub fn rests_on(model: &Model, original: usize) -> Option<usize> {
    let event = &model.events[original];
    let bound = model.bound(event);
    let mut standing = Standing::default();
    // Who else is posted where is looked up among all postings.
    let all = model
        .standing(event.book, model.log.len(), None, Some(original))
        .posts;
    standing.posts = all
        .into_iter()
        .filter(|(contract, _)| !bound.contains(contract))
        .collect();
    for other in model.standing_events(event.book, model.log.len(), Some(original)) {
        let known = &model.events[other];
        let part = |line: &Line| line.contract.is_some_and(|id| bound.contains(&id));
        if !known.lines.iter().any(part) {
            continue;
        }
        let posted = model.log.iter().find(|posted| posted.event == other);
        let said = &posted.expect("it was posted").shares;
        let before = standing.clone();
        for (line, n) in known.lines.iter().zip(1..).filter(|(line, _)| part(line)) {
            let against = if is_judged_before(line) {
                &before
            } else {
                &standing
            };
            if refused_wherever(model, known, Some(other), Asked::Approving, line, against).is_some() {
                return Some(other);
            }
            // What is overdue the next day's end puts right.
            let rests = |share: &&Share| share.line == n && share.measure != "loan.overdue";
            let says = standing.take(model, n, line, known.day);
            if !says.iter().filter(rests).eq(said.iter().filter(rests)) {
                return Some(other);
            }
        }
    }
    None
}
