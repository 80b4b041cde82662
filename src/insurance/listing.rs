//! Recording a policy with its list (投保清单): households and villages pasted from a spreadsheet.

use std::collections::{HashMap, HashSet};

use actix_web::HttpResponse;
use serde::Deserialize;

use super::commands::{POLICY_KIND, PolicyTerms};
use super::handlers::insurer_place;
use super::policy::{Offer, offers, read_offer, shares};
use super::{rules, views};
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Line, NewLine, Office};
use crate::recording::{
    Asker, Fields, Form, FormIds, Opened, Place, Prepared, Reader, Returned, field, place_fields,
    returned_because,
};
use crate::register::{self, Found};
use crate::values::day::{last_of_months, parse_day};
use crate::values::pasted::{PastedRow, pasted_rows};
use crate::values::quantity::quantity_hundredths;
use crate::values::rate::{Percent, Shares, Split, split_premium};
use crate::values::text::narrow;
use crate::values::{BookId, Fen, Level, RegionId, Say};

/// The form's address.
pub(super) const FORM: &str = "/field/policy/list";
/// What stands for a village as a whole in the list.
const WHOLE: [&str; 3] = ["全村", "村集体", "whole village"];

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    village: String,
    /// A returned voucher to correct.
    #[serde(default)]
    book: i64,
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct ListingView {
    pub place: Place,
    pub offers: Vec<Offer>,
    /// The villages of the same town within scope, by name, with their clients.
    pub villages: Vec<(RegionId, String, Vec<Found>)>,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

/// One row of the list, read.
pub(super) struct Insured {
    /// Village and name.
    pub label: String,
    pub quantity: String,
    pub sum: Fen,
    pub premium: Fen,
    split: Split,
    region: RegionId,
    client: Option<crate::values::ClientId>,
    households: i64,
}

/// A policy over many.
pub(super) struct ListForm;

impl Form for ListForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = ListingView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?.of_kind(POLICY_KIND)?;
            let first = back.first()?;
            let fields = returned_fields(conn, office, asker, (back.voucher.book_id, first, &back.lines))?;
            return Ok(Opened::Form(back.form(asker, first.contract.as_ref(), fields)));
        }
        let today = asker.actor.today;
        let end = last_of_months(today, 12);
        let fields = vec![
            field("village", &ask.village),
            field("starts_on", today),
            field("ends_on", end),
        ];
        Ok(Opened::fresh(asker, fields))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<ListingView, Error> {
        let today = asker.actor.today;
        let place = insurer_place(conn, office, &asker.user, place_fields(form)?, today)?;
        let start = parse_day(form.get("starts_on")).unwrap_or(today);
        let ids = FormIds::read(form)?;
        Ok(ListingView {
            offers: offers(conn, &place, start)?,
            villages: villages(conn, office, asker, &place)?,
            returned: returned_because(conn, &asker.user, place.book, &ids)?,
            place,
        })
    }

    fn prepare(view: &ListingView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker)
    }

    fn page(
        page: &Page,
        view: &ListingView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::listing::form(page, view, form, problems))
    }
}

/// The villages of the place's town that this person records in, with their clients.
fn villages(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    place: &Place,
) -> Result<Vec<(RegionId, String, Vec<Found>)>, Error> {
    let (regions, today) = (office.regions, asker.actor.today);
    let town = regions.ancestor(place.village, Level::Town, today);
    let mut ids: Vec<RegionId> = match (town, asker.user.specialist) {
        (Some(town), None) => regions.within(town, today).into_iter().collect(),
        (Some(town), Some(specialist)) => register::load_assignments(conn, specialist)?
            .into_iter()
            .map(|own| own.region_id)
            .filter(|id| regions.ancestor(*id, Level::Town, today) == Some(town))
            .collect(),
        (None, _) => vec![place.village],
    };
    let is_village = |id: &RegionId| {
        let level = regions.unit(*id).map(|unit| unit.level);
        matches!(level, Some(Level::Village | Level::Hamlet))
    };
    ids.retain(is_village);
    ids.sort_unstable();
    ids.dedup();
    let mut of_village: HashMap<RegionId, Vec<Found>> = HashMap::new();
    for found in register::clients_in(conn, office.vault, place.book, &ids, "", usize::MAX)? {
        of_village.entry(found.client.region_id).or_default().push(found);
    }
    let named = |id: RegionId| {
        let clients = of_village.remove(&id).unwrap_or_default();
        (id, regions.name(id, today), clients)
    };
    Ok(ids.into_iter().map(named).collect())
}

/// The fields of a policy that came back, its list as text.
fn returned_fields(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    (book, first, lines): (BookId, &Line, &[Line]),
) -> Result<Fields, Error> {
    let clients: Vec<_> = lines.iter().filter_map(|line| line.client.clone()).collect();
    let people = register::identities(conn, office.vault, book, &clients)?;
    let mut text = String::new();
    for line in lines {
        let terms: PolicyTerms = line.detail()?;
        let village = office.regions.name(line.region, asker.actor.today);
        let person = line.client.as_ref().and_then(|id| people.get(id));
        let name = person.map_or(WHOLE[0], |person| person.name.as_str());
        text.push_str(&format!(
            "{village}\t{name}\t{}\t{}\n",
            terms.quantity, terms.households
        ));
    }
    let terms: PolicyTerms = first.detail()?;
    Ok(vec![
        field("village", first.region),
        field("product", first.product),
        field("number", &terms.number),
        field("starts_on", terms.starts_on),
        field("ends_on", terms.ends_on),
        field("unit_sum", terms.unit_sum.yuan()),
        field("list", text),
    ])
}

/// What one unit is insured for, at which rate, and who pays.
struct Terms {
    unit: String,
    unit_sum: Fen,
    rate: Percent,
    shares: Shares,
}

fn read_terms(read: &mut Reader<'_>, offer: &Offer) -> Option<Terms> {
    let known = offer.tariff.as_ref().and_then(|tariff| {
        let rate = Percent::parse(&tariff.rate_percent).ok()?;
        Some((tariff, rate, shares(tariff)?))
    });
    let Some((tariff, rate, shares)) = known else {
        let say = Say::new(
            "该险种在保险起期没有登记的费率条款，请换险种、改起期，或联系管理员登记。",
            "No tariff of this product is registered for the first day of cover; choose another or ask the administrator.",
        );
        read.add(Issue::refuse("policy.no_tariff", "product", say));
        return None;
    };
    let unit_sum = if offer.agreed() {
        match Fen::parse_yuan(read.text("unit_sum")) {
            Ok(fen) => fen,
            Err(error) => {
                read.add(Issue::refuse(error.code(), "unit_sum", error.say()));
                Fen::ZERO
            }
        }
    } else {
        tariff.unit_sum_fen
    };
    Some(Terms {
        unit: tariff.quantity_unit.clone(),
        unit_sum,
        rate,
        shares,
    })
}

/// Reads the form into a submission and its answers in words. The voucher is dated the day cover
/// starts, or today when that lies ahead.
fn prepare(view: &ListingView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let offer = read_offer(&mut read, &view.offers);
    let missing = Say::new("请填写保单号。", "Enter the policy number.");
    let number = narrow(&read.required("number", missing));
    let (starts_on, ends_on) = (read.day("starts_on"), read.day("ends_on"));
    let terms = offer.and_then(|offer| read_terms(&mut read, offer));
    let rows = match &terms {
        Some(terms) => read_list(&mut read, view, terms)?,
        None => Vec::new(),
    };
    if terms.is_some() {
        check_totals(&mut read, &rows)?;
    }
    read.finish()?;
    let (offer, terms) = (offer.ok_or(Error::NotFound)?, terms.ok_or(Error::NotFound)?);
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let detail = PolicyTerms {
            number: number.clone(),
            starts_on,
            ends_on,
            quantity: row.quantity.clone(),
            unit: terms.unit.clone(),
            unit_sum: terms.unit_sum,
            rate_percent: terms.rate.to_string(),
            premium: row.premium,
            central: row.split.central,
            province: row.split.province,
            city: row.split.city,
            county: row.split.county,
            farmer: row.split.farmer,
            households: row.households,
            counted: true,
        };
        lines.push(NewLine {
            region: row.region,
            client: row.client.clone(),
            product: offer.product.id,
            institution: view.place.institution,
            specialist: view.place.specialist,
            contract: Some(ids.contract.clone()),
            amount: row.sum,
            detail: serde_json::to_value(&detail)?,
        });
    }
    Ok(Prepared {
        title: views::listing::title(asker.lang).to_owned(),
        answers: views::listing::answers(
            asker.lang,
            &format!("{} {number}", offer.product.name),
            (starts_on, ends_on),
            &rows,
            &whole_split(&rows)?,
        )?,
        submission: view
            .place
            .submission(ids, POLICY_KIND, starts_on.min(asker.actor.today), lines),
    })
}

fn whole_split(rows: &[Insured]) -> Result<Split, Error> {
    let sum = |pick: fn(&Split) -> Fen| Fen::sum(rows.iter().map(|row| pick(&row.split)));
    Ok(Split {
        central: sum(|split| split.central)?,
        province: sum(|split| split.province)?,
        city: sum(|split| split.city)?,
        county: sum(|split| split.county)?,
        farmer: sum(|split| split.farmer)?,
    })
}

/// Every row of the list; what does not read is told row by row.
fn read_list(read: &mut Reader<'_>, view: &ListingView, terms: &Terms) -> Result<Vec<Insured>, Error> {
    let pasted = match pasted_rows(read.text("list")) {
        Ok(pasted) => pasted,
        Err(error) => {
            read.add(Issue::refuse(error.code(), "list", error.say()));
            return Ok(Vec::new());
        }
    };
    let mut rows = Vec::with_capacity(pasted.len());
    let mut seen = HashSet::new();
    let complain = |read: &mut Reader<'_>, code: &str, n: usize, say: Say| {
        let say = Say::new(
            format!("清单第{n}行：{}", say.zh),
            format!("Row {n} of the list: {}", say.en),
        );
        read.add(Issue::refuse(code, "list", say));
    };
    for line in &pasted {
        match read_row(line, view, terms) {
            Ok(row) => {
                if !seen.insert((row.region, row.client.clone())) {
                    let say = Say::new(
                        "与前面一行是同一个被保险人。",
                        "The same insured as an earlier row.",
                    );
                    complain(read, "list.twice", line.n, say);
                }
                rows.push(row);
            }
            Err(say) => complain(read, "list.row", line.n, say),
        }
    }
    if pasted.is_empty() {
        let say = Say::new("请粘贴投保清单。", "Paste the list of the insured.");
        read.add(Issue::refuse("list.empty", "list", say));
    }
    Ok(rows)
}

/// One row: village (where it is not the form's own), insured, quantity, households.
fn read_row(line: &PastedRow, view: &ListingView, terms: &Terms) -> Result<Insured, Say> {
    let named = view
        .villages
        .iter()
        .find(|(_, name, _)| !line.cell(0).is_empty() && name == line.cell(0));
    let skip = usize::from(named.is_some());
    let own = view.villages.iter().find(|(id, ..)| *id == view.place.village);
    let (region, village, clients) = named
        .or(own)
        .ok_or_else(|| Say::new("没有这个村。", "There is no such village."))?;
    let client = find_insured(line.cell(skip), clients)?;
    let quantity = line.cell(skip + 1).replace(',', "");
    let hundredths = quantity_hundredths(&quantity).ok_or_else(|| {
        Say::new(
            format!("数量“{quantity}”要大于零，最多两位小数。"),
            format!("The quantity “{quantity}” must be above zero with at most two decimals."),
        )
    })?;
    let households = match line.cell(skip + 2) {
        "" => i64::from(client.is_some()),
        text => text.parse::<u32>().map(i64::from).map_err(|_| {
            Say::new(
                format!("户次“{text}”要填整数。"),
                format!("“{text}” is not a whole number of households."),
            )
        })?,
    };
    let reckon = || {
        let sum = rules::insured_sum(hundredths, terms.unit_sum)?;
        let premium = terms.rate.of(sum)?;
        Ok((sum, premium, split_premium(premium, &terms.shares)?))
    };
    let (sum, premium, split) = reckon().map_err(|error: crate::values::AmountError| error.say())?;
    let name = client.map_or_else(|| WHOLE[0].to_owned(), |found| found.identity.name.clone());
    Ok(Insured {
        label: format!("{village} · {name}"),
        quantity,
        sum,
        premium,
        split,
        region: *region,
        client: client.map(|found| found.client.id.clone()),
        households,
    })
}

/// The client a cell means, by the whole number, the name or the number's last four digits; none for
/// a village as a whole.
fn find_insured<'a>(cell: &str, clients: &'a [Found]) -> Result<Option<&'a Found>, Say> {
    if WHOLE.contains(&cell) {
        return Ok(None);
    }
    let wanted = cell.to_uppercase();
    let means = |found: &&Found| {
        found.identity.name == cell
            || (wanted.len() >= 4 && found.identity.numbers().any(|number| number.ends_with(&wanted)))
    };
    let mut matching = clients.iter().filter(means);
    match (matching.next(), matching.next()) {
        (Some(found), None) => Ok(Some(found)),
        (None, _) => Err(Say::new(
            format!("这个村没有登记“{cell}”，请先登记客户；整村投保写“全村”。"),
            format!(
                "“{cell}” is not recorded in this village; record the client first, or write 全村 for the whole village."
            ),
        )),
        _ => Err(Say::new(
            format!("这个村有几个“{cell}”，请改用证件号。"),
            format!("There are several “{cell}” in this village; use the identity number instead."),
        )),
    }
}

/// The sums that the insurer's own list states, where they are given.
fn check_totals(read: &mut Reader<'_>, rows: &[Insured]) -> Result<(), Error> {
    let hundredths: i64 = rows
        .iter()
        .filter_map(|row| quantity_hundredths(&row.quantity))
        .sum();
    let stated = narrow(read.text("total_quantity")).replace(',', "");
    if !stated.is_empty() && quantity_hundredths(&stated) != Some(hundredths) {
        let (whole, part) = (hundredths / 100, hundredths % 100);
        let say = Say::new(
            format!("清单的数量合计是 {whole}.{part:02}，与填写的不符。"),
            format!("The quantities of the list add up to {whole}.{part:02}, not to what is stated."),
        );
        read.add(Issue::refuse("list.quantity", "total_quantity", say));
    }
    let premium = Fen::sum(rows.iter().map(|row| row.premium))?;
    if !read.text("total_premium").is_empty() {
        let stated = Fen::parse_yuan(read.text("total_premium"));
        if stated != Ok(premium) {
            let shown = premium.show(crate::values::Unit::Yuan);
            let say = Say::new(
                format!("清单的保费合计是 {shown} 元，与填写的不符。"),
                format!("The premiums of the list add up to {shown} yuan, not to what is stated."),
            );
            read.add(Issue::refuse("list.premium", "total_premium", say));
        }
    }
    Ok(())
}
