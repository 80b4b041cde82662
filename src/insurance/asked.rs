//! What the forms about a policy have in common: the policy and the part of it that they are asked about
//! and, once filled in, sent about.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::handlers::insurer_place;
use super::store::{Cover, PolicyPart};
use super::{facts, views};
use crate::auth::{FormData, Role, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Basis, NewLine, Office};
use crate::recording::{Asker, FormIds, Opened, Place, returned_because};
use crate::register::{self, Found, Names, load_assignments};
use crate::ui::address;
use crate::values::{BookId, ContractId, Fen, Lang, ProductId, RegionId, VoucherId};

/// What the address of such a form may say.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    /// The step of a claim.
    #[serde(default)]
    pub stage: String,
    #[serde(default)]
    pub book: i64,
    /// Of another record: its policies come first.
    #[serde(default)]
    village: String,
    #[serde(default)]
    pub policy: String,
    /// The part of the policy; asked for when there are several.
    #[serde(default)]
    pub part: String,
    /// The claim that is taken further or paid, when there is one.
    #[serde(default)]
    pub claim: String,
    /// A returned voucher to correct.
    #[serde(default)]
    pub voucher: String,
}

/// The part a form is asked about, or where it is chosen first.
pub(super) enum Chosen {
    Part(PolicyPart),
    First(Opened),
}

impl Ask {
    /// Where no policy is asked for: first the village's policies.
    pub(super) fn policies(&self) -> Opened {
        Opened::at(format!(
            "/field/policies?village={}",
            address::encode(&self.village)
        ))
    }

    /// The policy asked for, as it stands with what waits; none where none is.
    pub(super) fn cover(&self, conn: &mut Conn) -> Result<Option<Cover>, Error> {
        if self.policy.is_empty() {
            return Ok(None);
        }
        let id = ContractId::parse(&self.policy).map_err(|_| Error::NotFound)?;
        find_cover(conn, BookId(self.book), &id, &unwritten()).map(Some)
    }

    /// The part asked for, or the only one within scope, or the page to choose it on, with the form's title.
    pub(super) fn part(
        &self,
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        cover: &Cover,
        title: impl FnOnce(Lang) -> &'static str + Send + 'static,
    ) -> Result<Chosen, Error> {
        let mut parts = parts_in_scope(conn, &asker.user, cover)?;
        if let Some(at) = parts.iter().position(|part| part.n.to_string() == self.part) {
            return Ok(Chosen::Part(parts.swap_remove(at)));
        }
        if parts.len() < 2 {
            return parts.pop().map(Chosen::Part).ok_or(Error::NotFound);
        }
        let choice = Choice {
            number: cover.policy.number.clone(),
            product: product_name(conn, asker.user.lang, cover.policy.product_id)?,
            parts: labelled(conn, office, parts, (asker.actor.today, asker.user.lang))?,
        };
        Ok(Chosen::First(Opened::Instead(Box::new(move |page| {
            views::payout::choose_part(page, title(page.lang), &choice)
        }))))
    }
}

/// A policy with several parts that this person may record on.
pub(super) struct Choice {
    pub number: String,
    pub product: String,
    /// Each part with its village and, if one is insured, the client's name.
    pub parts: Vec<(PolicyPart, String)>,
}

/// The policy a form is sent about, and what stands around it.
pub(super) struct OnPolicy {
    pub place: Place,
    /// As it stands with what waits, but for the voucher being written.
    pub cover: Cover,
    pub product: String,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

impl OnPolicy {
    /// A line about a part, for its own insured.
    pub(super) fn line(
        &self,
        part: &PolicyPart,
        amount: Fen,
        detail: &impl Serialize,
    ) -> Result<NewLine, Error> {
        Ok(NewLine {
            region: part.region_id,
            client: part.client_id.clone(),
            product: self.cover.policy.product_id,
            institution: self.place.institution,
            specialist: self.place.specialist,
            contract: Some(self.cover.policy.id.clone()),
            amount,
            detail: serde_json::to_value(detail)?,
        })
    }
}

/// The policy and the part that a form is sent about; refused, as not found, outside the sender's scope.
pub(super) fn sent_on_part(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<(OnPolicy, PolicyPart), Error> {
    let cover = sent_cover(conn, form)?;
    let part = parts_in_scope(conn, &asker.user, &cover)?
        .into_iter()
        .find(|part| part.n.to_string() == form.get("part"))
        .ok_or(Error::NotFound)?;
    let on = on_policy(conn, office, asker, form, (cover, part.region_id))?;
    Ok((on, part))
}

/// The policy that a form is sent about as a whole; who is not in all of its villages cannot.
pub(super) fn sent_on_whole(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
) -> Result<OnPolicy, Error> {
    let cover = sent_cover(conn, form)?;
    let parts = parts_in_scope(conn, &asker.user, &cover)?;
    let first = parts.first().filter(|_| parts.len() == cover.parts.len());
    let village = first.ok_or(Error::NotFound)?.region_id;
    on_policy(conn, office, asker, form, (cover, village))
}

fn sent_cover(conn: &mut Conn, form: &FormData) -> Result<Cover, Error> {
    let ids = FormIds::read(form)?;
    let book = form.get("book").parse().map_err(|_| Error::NotFound)?;
    let policy = ContractId::parse(form.get("policy")).map_err(|_| Error::NotFound)?;
    find_cover(conn, BookId(book), &policy, &ids.voucher)
}

fn on_policy(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    form: &FormData,
    (cover, village): (Cover, RegionId),
) -> Result<OnPolicy, Error> {
    let (user, policy) = (&asker.user, &cover.policy);
    let place = insurer_place(conn, office, user, (policy.book_id, village), asker.actor.today)?;
    if place.book != policy.book_id || place.institution != policy.institution_id {
        return Err(Error::NotFound);
    }
    Ok(OnPolicy {
        product: product_name(conn, user.lang, policy.product_id)?,
        returned: returned_because(conn, user, policy.book_id, &FormIds::read(form)?)?,
        place,
        cover,
    })
}

/// A voucher that nobody has written: reads leave none out for it.
pub(super) fn unwritten() -> VoucherId {
    VoucherId::from_parts(0, [0; 10])
}

/// A policy as it stands with what waits, but for the voucher being written.
pub(super) fn find_cover(
    conn: &mut Conn,
    book: BookId,
    id: &ContractId,
    except: &VoucherId,
) -> Result<Cover, Error> {
    let ids = std::slice::from_ref(id);
    facts::covers_of(conn, book, ids, except, Basis::WithPending)?
        .remove(id)
        .ok_or(Error::NotFound)
}

/// The parts of a policy this person may record on: a specialist's are those in the villages of any
/// assignment, a clerk's all of the county; none of another insurer's policy.
pub(super) fn parts_in_scope(conn: &mut Conn, user: &User, cover: &Cover) -> Result<Vec<PolicyPart>, Error> {
    let mut parts = cover.parts.clone();
    match (user.role, user.specialist, user.institution) {
        (Role::Specialist, Some(specialist), _) => {
            let assigned: HashSet<RegionId> = load_assignments(conn, specialist)?
                .into_iter()
                .filter(|assignment| assignment.institution_id == cover.policy.institution_id)
                .map(|assignment| assignment.region_id)
                .collect();
            parts.retain(|part| assigned.contains(&part.region_id));
        }
        (Role::Clerk, _, Some(institution)) => {
            user.check_book(cover.policy.book_id)?;
            parts.retain(|_| institution == cover.policy.institution_id);
        }
        _ => return Err(Error::Forbidden),
    }
    Ok(parts)
}

/// Parts with their village and, where one is insured, the client's name.
pub(super) fn labelled(
    conn: &mut Conn,
    office: &Office<'_>,
    parts: Vec<PolicyPart>,
    (today, lang): (NaiveDate, Lang),
) -> Result<Vec<(PolicyPart, String)>, Error> {
    let clients: Vec<_> = parts.iter().filter_map(|part| part.client_id.clone()).collect();
    let people = match parts.first() {
        Some(part) => register::identities(conn, office.vault, part.book_id, &clients)?,
        None => return Ok(Vec::new()),
    };
    let label = |part: PolicyPart| {
        let village = office.regions.name_in(part.region_id, today, lang);
        let insured = part.client_id.as_ref().and_then(|id| people.get(id));
        let label = match insured {
            Some(insured) => format!("{village} · {}", insured.name),
            None => village,
        };
        (part, label)
    };
    Ok(parts.into_iter().map(label).collect())
}

/// The insured client of a part; where the village is insured, those of it who may be paid.
pub(super) fn recipients(
    conn: &mut Conn,
    office: &Office<'_>,
    part: &PolicyPart,
) -> Result<(Option<Found>, Vec<Found>), Error> {
    let of_village = [part.region_id];
    let clients = register::clients_in(conn, office.vault, part.book_id, &of_village, "", usize::MAX)?;
    Ok(match &part.client_id {
        Some(id) => (
            clients.into_iter().find(|found| found.client.id == *id),
            Vec::new(),
        ),
        None => (None, clients),
    })
}

/// A product's name in the reader's language.
pub(super) fn product_name(conn: &mut Conn, lang: Lang, product: ProductId) -> Result<String, Error> {
    Ok(Names::load(conn)?.read_in(lang).product(product).to_owned())
}
