//! Who works in the demonstration.

use super::plan::{Act, Plan};
use super::registers::Registers;
use crate::auth::{DEMO_PASSWORD, NewAccount, Role, add_account};
use crate::db::Conn;
use crate::error::Error;
use crate::values::{BookId, InstitutionId, SpecialistId, UserId};

/// The counties' reviewers, in the order of the counties' codes.
const REVIEWERS: [&str; 7] = ["陈静怡", "李文娟", "黄伟明", "林慧", "张嘉欣", "李秋燕", "吴国栋"];

/// 台山农商银行 among the plan's institutions.
const TAISHAN_BANK: usize = 1;

/// The accounts that record and approve, by who they are.
pub(super) struct Accounts {
    /// By specialist index.
    pub specialists: Vec<UserId>,
    /// The county's reviewer.
    pub reviewers: std::collections::HashMap<BookId, UserId>,
}

/// Makes them: every specialist has an account, each county a reviewer; a few can be signed in
/// with. Ids follow the plan's order, so that they are the same each time.
pub(super) fn make(conn: &mut Conn, plan: &Plan, registers: &Registers) -> Result<Accounts, Error> {
    let mut next = 0_u64;
    let mut id = || {
        next += 1;
        UserId::from_parts(DEMO_EPOCH_MS, spread(next))
    };
    let chosen = chosen_specialists(plan);
    let mut specialists = Vec::with_capacity(plan.specialists.len());
    for (specialist, index) in plan.specialists.iter().zip(0..) {
        let login = chosen
            .iter()
            .find(|(at, _)| *at == index)
            .map(|(_, login)| (*login).to_owned());
        let signs_in = login.is_some();
        let new = NewAccount {
            id: id(),
            login: login.unwrap_or_else(|| specialist.code.to_lowercase()),
            name: specialist.name.clone(),
            role: Role::Specialist,
            // Those one can sign in as say where they work.
            book: signs_in.then(|| registers.book(&specialist.county)).transpose()?,
            institution: None,
            specialist: Some(registers.specialist(index)?),
            password: signs_in.then(|| DEMO_PASSWORD.to_owned()),
            one_time: false,
            one_click: signs_in,
        };
        specialists.push(add_account(conn, &new)?.id);
    }
    let mut reviewers = std::collections::HashMap::new();
    for ((code, book), name) in registers.counties().zip(REVIEWERS.iter().cycle()) {
        let (login, signs_in) = match registers.county_name(code).as_str() {
            "台山市" => ("taishan".to_owned(), true),
            "鹤山市" => ("heshan".to_owned(), true),
            _ => (format!("reviewer-{}", code.get(..6).unwrap_or(code)), false),
        };
        let new = person(id(), &login, name, Role::Reviewer, Some(book), None, signs_in);
        reviewers.insert(book, add_account(conn, &new)?.id);
    }
    let taishan = registers.book_of_county("台山市")?;
    let insurer = registers.first_insurer()?;
    let bank = registers.institution(TAISHAN_BANK)?;
    let others = [
        person(
            id(),
            "insurer",
            "周敏",
            Role::Clerk,
            Some(taishan),
            Some(insurer),
            true,
        ),
        person(id(), "city", "何志远", Role::CityReader, None, None, true),
        person(id(), "reports", "省行来访", Role::ReportReader, None, None, true),
        person(id(), "admin", "罗静", Role::Administrator, None, None, true),
        // Last, so that the others keep their ids.
        person(
            id(),
            "bank",
            "梁颖欣",
            Role::Clerk,
            Some(taishan),
            Some(bank),
            true,
        ),
    ];
    for new in &others {
        add_account(conn, new)?;
    }
    Ok(Accounts {
        specialists,
        reviewers,
    })
}

/// 2022-01-01 00:00 in Shanghai: before anything in the plan happens.
pub(super) const DEMO_EPOCH_MS: i64 = 1_640_966_400_000;

/// A number spread over the ten random bytes of an id, so that the same number gives the same id.
pub(super) fn spread(number: u64) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// Specialists to sign in as: whoever recorded 新屋村's five lines, and the maker of the wrong
/// sheet in 台山, who will have to correct it.
fn chosen_specialists(plan: &Plan) -> Vec<(usize, &'static str)> {
    let hamlet = plan
        .lines
        .iter()
        .find(|line| line.village == super::plan::HAMLET)
        .map(|line| line.specialist);
    let wrong = plan.waiting.iter().find_map(|item| match &item.act {
        Act::Grant(sheet)
            if sheet
                .lines
                .iter()
                .any(|line| line.amount == super::plan::WRONG_GRANT) =>
        {
            item.head.specialist
        }
        _ => None,
    });
    let mut chosen: Vec<(usize, &'static str)> = hamlet.map(|index| (index, "xinwu")).into_iter().collect();
    chosen.extend(
        wrong
            .filter(|index| Some(*index) != hamlet)
            .map(|index| (index, "specialist")),
    );
    chosen
}

fn person(
    id: UserId,
    login: &str,
    name: &str,
    role: Role,
    book: Option<BookId>,
    institution: Option<InstitutionId>,
    signs_in: bool,
) -> NewAccount {
    NewAccount {
        id,
        login: login.to_owned(),
        name: name.to_owned(),
        role,
        book,
        institution,
        specialist: None::<SpecialistId>,
        password: signs_in.then(|| DEMO_PASSWORD.to_owned()),
        one_time: false,
        one_click: signs_in,
    }
}
