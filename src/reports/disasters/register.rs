//! The disasters on record, and what their claims come to.

use std::collections::{BTreeMap, BTreeSet};

use super::Sums;
use crate::db::Conn;
use crate::error::Error;
use crate::insurance::ClaimEvent;
use crate::register::{Disaster, DisasterKind, disasters, struck_towns};
use crate::reports::ReportAsk;
use crate::reports::frame::Frame;
use crate::reports::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule};
use crate::values::measure::MeasureUnit;
use crate::values::{DisasterId, Fen, Lang, Month, words};

/// Disasters whose claims are followed: those of the twelve months up to the report's.
pub(super) struct Register {
    lang: Lang,
    known: Vec<Disaster>,
    towns: BTreeMap<DisasterId, i64>,
}

impl Register {
    pub(super) fn load(conn: &mut Conn, ask: &ReportAsk) -> Result<Register, Error> {
        let mut known = disasters(conn)?;
        let first = ask.month.year_ago().next().first_day();
        known.retain(|disaster| (first..=ask.month.last_day()).contains(&disaster.started_on));
        known.sort_by_key(|disaster| (disaster.started_on, disaster.id));
        let mut towns: BTreeMap<DisasterId, i64> = BTreeMap::new();
        for (disaster, _) in struck_towns(conn)? {
            *towns.entry(disaster).or_default() += 1;
        }
        Ok(Register {
            lang: ask.lang,
            known,
            towns,
        })
    }

    /// The first month whose events are needed.
    pub(super) fn since(&self, month: Month) -> Month {
        let first = self.known.first().map(|disaster| Month::of(disaster.started_on));
        first.map_or(month, |first| first.min(month))
    }

    /// The names of these disasters.
    pub(super) fn named(&self, ids: &BTreeSet<DisasterId>) -> String {
        let name = |id: &DisasterId| {
            let known = self.known.iter().find(|disaster| disaster.id == *id);
            known.map_or_else(|| format!("#{id}"), |disaster| disaster.name.clone())
        };
        let names: Vec<String> = ids.iter().map(name).collect();
        names.join(self.lang.t("、", ", "))
    }

    /// A row for each disaster, and one for losses of their own.
    pub(super) fn sheet(&self, frame: &Frame<'_>, events: &[ClaimEvent]) -> Result<Sheet, Error> {
        let mut month: BTreeMap<Option<DisasterId>, Sums> = BTreeMap::new();
        let mut so_far = month.clone();
        for event in events {
            so_far.entry(event.disaster).or_default().add(event)?;
            if event.month == frame.ask.month {
                month.entry(event.disaster).or_default().add(event)?;
            }
        }
        let mut sheet = self.empty(frame);
        let none = Sums::default();
        for disaster in &self.known {
            let id = Some(disaster.id);
            let (now, all) = (month.get(&id).unwrap_or(&none), so_far.get(&id).unwrap_or(&none));
            sheet.rows.push(self.row(disaster, now, all));
        }
        // Claims of disasters long past, of none, and payouts without a claim.
        let mut rest = Sums::default();
        let followed = |id: &Option<DisasterId>| self.known.iter().any(|known| Some(known.id) == *id);
        for event in events {
            if event.month == frame.ask.month && !followed(&event.disaster) {
                rest.add(event)?;
            }
        }
        let mut cells = vec![
            Cell::text(frame.t("不属以上灾害", "None of these")),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ];
        cells.extend(rest.cells());
        cells.extend(std::iter::repeat_n(Cell::Empty, 7));
        sheet.rows.push(Row::item(cells));
        sheet.add_total(words::TOTAL.get(self.lang), [])?;
        Ok(sheet)
    }

    fn empty(&self, frame: &Frame<'_>) -> Sheet {
        let text = |key: &str, title: &str| Column::new(key, title, ColumnKind::Text);
        let mut columns = vec![
            text("disaster", frame.t("灾害", "Disaster")).at_least(16),
            text("kind", frame.t("类别", "Kind")),
            Column::new("from", frame.t("起", "From"), ColumnKind::Date),
            Column::new("to", frame.t("止", "To"), ColumnKind::Date),
            Column::new("towns", frame.t("受灾镇数", "Towns struck"), ColumnKind::Count)
                .totalled(TotalRule::None),
        ];
        columns.extend(Sums::columns(frame, super::MONTH.get(self.lang), ""));
        let so_far = frame.t("灾害以来", "Since it began");
        let since = Sums::columns(frame, so_far, "_since");
        let open = Column::new("open", frame.t("未决件数", "Open"), ColumnKind::Count).under(so_far);
        let outstanding = Column::new(
            "outstanding",
            frame.t("未决金额", "Outstanding"),
            ColumnKind::Money,
        );
        let outstanding = outstanding.under(so_far);
        let since = since.into_iter().chain([open, outstanding]);
        columns.extend(since.map(|column| column.totalled(TotalRule::None)));
        let mut sheet = frame.sheet(("02", frame.t("按灾害", "By disaster")), columns);
        sheet
            .other_units
            .push(MeasureUnit::Claim.label(self.lang).to_owned());
        let note = frame.t(
            "只列近十二个月内开始的灾害；按赔案登记的灾害归集，没有登记灾害的赔案和没有赔案的赔付列在最后一行。",
            "Disasters that began within the last twelve months. A claim belongs to the disaster it was recorded for; claims of none, and \
             payouts without a claim, stand in the last row.",
        );
        sheet.footnotes.push(note.to_owned());
        sheet
    }

    fn row(&self, disaster: &Disaster, month: &Sums, all: &Sums) -> Row {
        let kind = DisasterKind::parse(&disaster.kind).map_or(words::OTHER, DisasterKind::name);
        let mut cells = vec![
            Cell::text(&disaster.name),
            Cell::text(kind.get(self.lang)),
            Cell::Date(disaster.started_on),
            Cell::Date(disaster.ended_on),
            Cell::Count(self.towns.get(&disaster.id).copied().unwrap_or(0)),
        ];
        cells.extend(month.cells());
        cells.extend(all.cells());
        cells.extend([Cell::Count(all.open), Cell::Money(Fen(all.outstanding))]);
        Row::item(cells)
    }
}
